//! Two pages and a part of one, each in a bundle of its own, with text that two of them share.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use wasm_bindgen::prelude::*;
use wasm_split_helpers::wasm_split;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn log(text: &str);
}

#[inline(never)]
fn greet(name: &str) {
    log(&["This text is shared by two bundles: hello, ", name].concat());
}

#[wasm_split(login)]
fn login() {
    log("sign in");
}

#[wasm_split(home)]
fn home() {
    greet("home");
}

#[wasm_split(desk_charts)]
fn desk_charts() {
    greet("charts");
    log("a chart");
}

fn main() {}

#[wasm_bindgen]
pub fn show(page: u32) {
    match page {
        0 => poll(login()),
        1 => poll(home()),
        _ => poll(desk_charts()),
    }
}

/// Starts to load a bundle. The golden test does not run the program.
fn poll(bundle: impl Future<Output = ()>) {
    let _ = pin!(bundle).poll(&mut Context::from_waker(Waker::noop()));
}
