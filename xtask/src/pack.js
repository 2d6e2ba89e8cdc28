const packs = new Map();
function open(pack) {
    let bytes = packs.get(pack);
    if (bytes === undefined) {
        bytes = fetch(new URL(files[pack], import.meta.url)).then((answer) => {
            if (!answer.ok) throw new Error(`${files[pack]}: ${answer.status}`);
            return answer.arrayBuffer();
        });
        packs.set(pack, bytes);
        // A failure is not kept: the next attempt fetches anew.
        bytes.catch(() => packs.delete(pack));
    }
    return bytes;
}
function part(chunk) {
    return () => {
        const found = places[chunk];
        const [pack, from, to] = found.find(([pack]) => packs.has(pack)) ?? found[0];
        const bytes = open(pack).then((bytes) => new Uint8Array(bytes, from, to - from));
        bytes.catch(() => {});
        return async (imports) => WebAssembly.instantiate(await bytes, imports);
    };
}
function area(needed, load) {
    return wrapAsyncCb(() => {
        needed.forEach(open);
        return load();
    });
}
