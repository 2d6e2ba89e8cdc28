// Before the first paint.
(() => {
    if (localStorage.getItem("language") === "en") {
        document.documentElement.dataset.catalog = "{{english}}"; // not "https://…"
    }
})();
