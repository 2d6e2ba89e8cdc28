//! Tells the linker to leave in the module what `web-build` needs to split the bundles.

fn main() {
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}
