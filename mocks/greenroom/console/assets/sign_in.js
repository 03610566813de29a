const form = document.forms[0];

// A form would not say from which page it comes, since that is the policy of this page.
async function signIn(token) {
  // The address has the page that was wanted.
  const response = await fetch(form.action + location.search, { method: "POST", body: new URLSearchParams({ token }) });
  if (response.ok) location.replace(response.url);
  else document.getElementById("wrong").textContent = response.status === 401 ? "That is not the token." : await response.text();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(form.elements.token.value);
});

// What is behind `#` is sent to no server, and stays in no history.
function readAddress() {
  const token = location.hash.slice(1);
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  signIn(token);
}
readAddress();
addEventListener("hashchange", readAddress);
