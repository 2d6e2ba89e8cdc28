// Applies the theme and the language before the first paint. Not an inline script because of the content security
// policy, and not a module, which would run after the first paint.
(() => {
    const root = document.documentElement;
    const chosen = (key) => {
        try {
            return localStorage.getItem(key);
        } catch {
            // Storage is blocked, so nothing is chosen.
            return null;
        }
    };

    const dark = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
        root.dataset.theme = chosen("songjiao.theme") ?? (dark.matches ? "dark" : "light");
        dispatchEvent(new Event("themechange"));
    };
    paint();
    dark.addEventListener("change", paint);
    addEventListener("themechoice", paint);

    if (chosen("songjiao.language") === "en") {
        root.lang = "en";
        document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "{{english}}" }));
    }
})();
