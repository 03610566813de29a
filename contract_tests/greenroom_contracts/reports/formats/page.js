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

const words = document.getElementById("words");
const boxes = [...document.querySelectorAll(".filter [type=checkbox]")];
const statements = [...document.querySelectorAll(".statement")];

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/);
  const labels = boxes.filter((box) => box.checked).map((box) => box.value);
  for (const each of statements) {
    const text = each.textContent.toLowerCase();
    each.hidden = !labels.includes(each.dataset.label) || !wanted.every((word) => text.includes(word));
  }
  const shown = statements.filter((each) => !each.hidden).length;
  document.getElementById("matching").textContent = `${shown} of ${statements.length}`;
}

function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  if (target.hidden) {
    words.value = "";
    for (const box of boxes) box.checked = true;
    filter();
    target.scrollIntoView();
  }
  for (const each of target.querySelectorAll("details")) each.open = true;
}

if (words) addEventListener("input", filter);
addEventListener("hashchange", unfold);
unfold();
