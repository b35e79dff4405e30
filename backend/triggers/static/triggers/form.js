// Leads to the problems of a form that came back, and keeps it from being sent twice.
document.getElementById("problems")?.focus();
document.querySelector("form")?.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[type=submit]");
  button.disabled = true;
  button.textContent = "Sending …";
});
// A page that the browser keeps and shows again must be usable again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
