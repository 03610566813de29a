const message = document.getElementById("copied");

addEventListener("click", async ({ target }) => {
  const button = target.closest(".copy");
  if (!button) return;
  const source = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = message.textContent = "Copied";
  } catch {
    // Some browsers deny a local page access to the clipboard; the selection is for Ctrl+C.
    getSelection().selectAllChildren(source);
    button.textContent = message.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy", message.textContent = ""), 1500);
});
