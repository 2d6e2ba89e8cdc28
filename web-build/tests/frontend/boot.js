// Starts the program.
const packs = {{packs}};
const paths = {{paths}};
for (const href of packs[paths[location.pathname]] ?? []) {
    fetch(href);
}

const { default: init } = await import("{{js}}");
init({ module_or_path: "{{wasm}}" });
