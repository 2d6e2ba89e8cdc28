// By chunk: the packs that contain it, with its start and end in each.
const places = new Map();
inside.forEach((chunks, pack) => {
    let at = 0;
    for (const chunk of chunks) {
        const found = places.get(chunk) ?? [];
        found.push([pack, at, at += sizes[chunk]]);
        places.set(chunk, found);
    }
});
const packs = new Map();
function open(pack) {
    let bytes = packs.get(pack);
    if (bytes === undefined) {
        bytes = fetch(new URL(files[pack], import.meta.url)).then((answer) => {
            if (!answer.ok) throw new Error(`${files[pack]}: ${answer.status}`);
            return answer.arrayBuffer();
        });
        packs.set(pack, bytes);
        // A failure is not cached: the next attempt fetches again.
        bytes.catch(() => packs.delete(pack));
    }
    return bytes;
}
function part(chunk) {
    return () => {
        const found = places.get(chunk);
        const [pack, from, to] = found.find(([pack]) => packs.has(pack)) ?? found[0];
        const bytes = open(pack).then((bytes) => new Uint8Array(bytes, from, to - from));
        bytes.catch(() => {});
        return async (imports) => WebAssembly.instantiate(await bytes, imports);
    };
}
// Chunks that several bundles share are loaded once.
const shared = new Map();
function load(chunk) {
    if (!shared.has(chunk)) shared.set(chunk, makeLoad(part(chunk), []));
    return shared.get(chunk);
}
function bundle(needed, own, bit) {
    let loaded;
    return wrapAsyncCb(() => {
        needed.forEach(open);
        loaded ??= makeLoad(part(own), [...masks.keys()].filter((chunk) => masks[chunk] & bit).map(load));
        return loaded();
    });
}
