//! The two tokens: the access token lives in memory, the refresh token in the browser's storage,
//! so that a reload and a second tab stay signed in.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{
    JsFuture,
    js_sys::{Function, Promise, Reflect},
};
use web_sys::Storage;

/// The key of the refresh token in the storage; other tabs listen for it.
pub const STORAGE_KEY: &str = "songjiao.refresh";

/// The lock under which one tab at a time uses up the refresh token.
const LOCK: &str = "songjiao.refresh";

/// The tokens of this tab.
#[derive(Default)]
pub struct TokenStore {
    access: RefCell<Option<String>>,
}

impl TokenStore {
    /// The access token, if one is known.
    pub fn access(&self) -> Option<String> {
        self.access.borrow().clone()
    }

    /// The refresh token, read afresh: another tab may have used the last one.
    pub fn refresh() -> Option<String> {
        storage()?.get_item(STORAGE_KEY).ok()?.filter(|token| !token.is_empty())
    }

    /// Keeps both tokens.
    pub fn keep(&self, access: String, refresh: &str) {
        self.access.replace(Some(access));
        if let Some(storage) = storage() {
            // A full or forbidden storage costs the sign-in its life after a reload, no more.
            let _ = storage.set_item(STORAGE_KEY, refresh);
        }
    }

    /// Forgets both.
    pub fn forget(&self) {
        self.forget_access();
        if let Some(storage) = storage() {
            let _ = storage.remove_item(STORAGE_KEY);
        }
    }

    /// Forgets the access token: another tab has signed out or signed in as somebody else.
    pub fn forget_access(&self) {
        self.access.replace(None);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Starts the work while no other tab runs its own, and waits for it: two tabs that use the same
/// refresh token at once would look to the API like a thief and the robbed. Where the browser has
/// no Web Locks (outside a secure context), the work runs without.
pub async fn alone(start: impl FnOnce() -> Promise + 'static) {
    let held = match lock_manager() {
        Some((locks, request)) => {
            let callback = Closure::once_into_js(move |_lock: JsValue| start());
            request.call2(&locks, &LOCK.into(), &callback).unwrap_or(JsValue::UNDEFINED)
        }
        None => start().into(),
    };
    // The work reports for itself; whether the promise was kept says nothing more.
    let _ = JsFuture::from(Promise::resolve(&held)).await;
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
