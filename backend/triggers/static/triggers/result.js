// Asks for this very page until the job has ended; readers are told by the live region.
const result = document.getElementById("result");
async function look() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("result");
    if (fresh && !("running" in fresh.dataset)) {
      result.replaceChildren(...fresh.childNodes);
      document.title = page.title;
      return;
    }
  } catch {
    // No connection right now: the next look may find one.
  }
  setTimeout(look, 1500);
}
setTimeout(look, 1000);
