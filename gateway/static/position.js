// The position of the device, asked for by a press of the button and never before. It is rounded to hundredths of a
// degree here, so that nothing finer leaves the browser, and sent with the form that opens the document.

const DECIMALS = 2;
const OPTIONS = { enableHighAccuracy: false, maximumAge: 300000, timeout: 20000 };

const box = document.querySelector("[data-position]");
const value = box.querySelector("[data-position-value]");
const share = box.querySelector("[data-position-share]");
const forget = box.querySelector("[data-position-forget]");
const told = box.querySelector("[data-position-words]");

share.addEventListener("click", () => {
  share.disabled = true;
  if (navigator.geolocation) navigator.geolocation.getCurrentPosition(keep, explain, OPTIONS);
  else explain({});
});
forget.addEventListener("click", () => {
  value.value = "";
  show("");
  share.focus();
});
show("");

function keep({ coords }) {
  const accuracy = Math.round(coords.accuracy);
  value.value = [coords.latitude.toFixed(DECIMALS), coords.longitude.toFixed(DECIMALS), accuracy].join(",");
  show("");
  forget.focus();
}

function explain(error) {
  show(error.code === GeolocationPositionError.PERMISSION_DENIED ? box.dataset.wordRefused : box.dataset.wordFailed);
}

// What is shared, or else what came of asking.
function show(words) {
  const [latitude, longitude, metres] = value.value.split(",");
  const isShared = metres !== undefined;
  share.disabled = false;
  share.hidden = isShared;
  forget.hidden = !isShared;
  told.textContent = isShared ? box.dataset.wordShared.replace("{position}", `${latitude}, ${longitude}`).replace("{metres}", metres) : words;
}
