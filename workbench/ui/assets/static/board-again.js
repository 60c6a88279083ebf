// Under load it happens (one page in some dozens, twenty opened at once on two cores) that Jupyter's
// widget manager has not the page's widget when it draws it, and says so where the page should be.
// The kernel is well: the page is opened anew by itself, once.
(function (board) {
  "use strict";
  const LOOK_EVERY = 1500; // ms
  const ONCE_IN = 120_000; // ms; what happens again at once is no matter of load
  const MISSED = /^\s*Error displaying widget/; // as ipywidgets' renderer writes it
  const key = () => `workbench-again:${location.pathname}`;

  const missed = () => [...document.querySelectorAll(".jp-OutputArea-output")].some((output) => MISSED.test(output.textContent));

  function openAnew() {
    const last = Number(sessionStorage.getItem(key()) || 0);
    if (Date.now() - last < ONCE_IN) return;
    sessionStorage.setItem(key(), String(Date.now()));
    location.reload();
  }

  /** Look until the page lives; `lives` says whether it does. */
  function watch(lives) {
    if (!document.body || !document.body.dataset.voila) return;
    const timer = setInterval(() => {
      if (!lives() && !missed()) return;
      clearInterval(timer);
      if (!lives()) openAnew();
    }, LOOK_EVERY);
  }

  board.again = { watch };
})(window.workbenchBoard);
