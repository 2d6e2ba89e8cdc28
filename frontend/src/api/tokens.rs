//! The two tokens. The access token lives in memory, the refresh token in the browser's storage, so that a reload and a
//! second tab stay signed in.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{
    JsFuture,
    js_sys::{Function, Promise, Reflect},
};
use web_sys::Storage;

/// The storage key of the refresh token. Other tabs listen for its changes.
pub const STORAGE_KEY: &str = "songjiao.refresh";

/// The lock under which one tab at a time uses the refresh token.
const LOCK: &str = "songjiao.refresh";

/// The tokens of this tab.
#[derive(Default)]
pub struct TokenStore {
    access: RefCell<Option<String>>,
}

impl TokenStore {
    /// The access token, if there is one.
    pub fn access(&self) -> Option<String> {
        self.access.borrow().clone()
    }

    /// The refresh token. Always read from the storage: another tab may have used the last one.
    pub fn refresh() -> Option<String> {
        storage()?.get_item(STORAGE_KEY).ok()?.filter(|token| !token.is_empty())
    }

    /// Stores both tokens.
    pub fn store(&self, access: String, refresh: &str) {
        self.access.replace(Some(access));
        if let Some(storage) = storage() {
            // If the storage is full or blocked, the session ends with the next reload.
            let _ = storage.set_item(STORAGE_KEY, refresh);
        }
    }

    /// Clears both tokens.
    pub fn clear(&self) {
        self.clear_access();
        if let Some(storage) = storage() {
            let _ = storage.remove_item(STORAGE_KEY);
        }
    }

    /// Clears the access token: another tab signed out or signed in as another user.
    pub fn clear_access(&self) {
        self.access.replace(None);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Runs the work while no other tab runs its own, and waits for it. To the API, two tabs that use the same refresh
/// token look like a theft. Where the browser has no Web Locks (outside a secure context), the work runs without a
/// lock.
pub async fn with_refresh_lock(start: impl FnOnce() -> Promise + 'static) {
    let locked = match lock_manager() {
        Some((locks, request)) => {
            let callback = Closure::once_into_js(move |_lock: JsValue| start());
            request.call2(&locks, &LOCK.into(), &callback).unwrap_or(JsValue::UNDEFINED)
        }
        None => start().into(),
    };
    // The work reports its outcome itself; the promise adds nothing.
    let _ = JsFuture::from(Promise::resolve(&locked)).await;
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
