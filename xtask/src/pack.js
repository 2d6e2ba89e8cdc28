// By chunk, the packs in which it lies and from where to where.
const places = new Map();
inside.forEach((chunks, pack) => {
    let at = 0;
    for (const chunk of chunks) {
        const found = places.get(names[chunk]) ?? [];
        found.push([pack, at, at += sizes[chunk]]);
        places.set(names[chunk], found);
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
        // A failure is not kept: the next attempt fetches anew.
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
function area(needed, load) {
    return wrapAsyncCb(() => {
        needed.forEach(open);
        return load();
    });
}
