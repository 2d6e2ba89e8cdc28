//! ErasedLoad: a cached answer is shown at once and replaced when the fresh one comes.

use std::{any::Any, cell::Cell, rc::Rc};

use serde::de::DeserializeOwned;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    api::{ApiError, ErasedGet, Fetched, Get},
    session::use_session,
};

/// A read in progress, done or failed.
pub struct Load<T> {
    /// The last answer, which may be an older one.
    pub data: Option<Rc<Fetched<T>>>,
    /// Why the last attempt failed.
    pub error: Option<ApiError>,
    /// Whether an attempt is in progress.
    pub loading: bool,
    /// Reads again.
    pub reload: Callback<()>,
}

impl<T> Load<T> {
    /// The resource, once it is there.
    pub fn value(&self) -> Option<&T> {
        self.data.as_ref().map(|fetched| &fetched.value)
    }

    /// Its ETag.
    pub fn etag(&self) -> String {
        self.data.as_ref().map(|fetched| fetched.etag.clone()).unwrap_or_default()
    }
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), error: self.error.clone(), loading: self.loading, reload: self.reload.clone() }
    }
}

impl<T> PartialEq for Load<T> {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.data, &other.data) {
            (Some(one), Some(two)) => Rc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        };
        same && self.error == other.error && self.loading == other.loading && self.reload == other.reload
    }
}

#[derive(Default)]
struct ReadState {
    path: Option<String>,
    data: Option<Rc<dyn Any>>,
    error: Option<ApiError>,
    loading: bool,
}

/// A read whose type only the caller knows.
struct ErasedLoad {
    data: Option<Rc<dyn Any>>,
    error: Option<ApiError>,
    loading: bool,
    reload: Callback<()>,
}

impl<T: 'static> From<ErasedLoad> for Load<T> {
    fn from(load: ErasedLoad) -> Self {
        let ErasedLoad { data, error, loading, reload } = load;
        Self { data: data.and_then(|data| data.downcast().ok()), error, loading, reload }
    }
}

/// Reads `get`, and again whenever it changes. `None` reads nothing.
#[hook]
pub fn use_query<T: DeserializeOwned + 'static>(get: Option<Get<T>>) -> Load<T> {
    use_erased_query(get.as_ref().map(Get::erase), false).into()
}

/// Like [`use_query`], but keeps showing the previous answer until the next one comes, so that a list does not flicker
/// when its filter changes.
#[hook]
pub fn use_query_keep_previous<T: DeserializeOwned + 'static>(get: Option<Get<T>>) -> Load<T> {
    use_erased_query(get.as_ref().map(Get::erase), true).into()
}

/// Compiled once and not once for each type.
#[hook]
fn use_erased_query(get: Option<ErasedGet>, keep: bool) -> ErasedLoad {
    let session = use_session();
    let client = session.client.clone();
    let seen = use_state(ReadState::default);
    let again = use_mut_ref(|| 0_u32);
    let update = use_force_update();
    let latest = use_mut_ref(|| Rc::new(Cell::new(false)));
    let path = get.as_ref().map(|get| get.path().to_owned());
    let cached = get.as_ref().and_then(|get| client.cached(get));
    {
        let (client, seen, cached) = (client.clone(), seen.clone(), cached.clone());
        let attempt = *again.borrow();
        use_effect_with((path.clone(), attempt), move |(path, _)| {
            latest.borrow().set(true);
            let superseded = Rc::new(Cell::new(false));
            latest.replace(superseded.clone());
            let left = superseded.clone();
            if let Some(get) = get {
                let path = path.clone();
                let before = cached.or_else(|| (keep || seen.path == path).then(|| seen.data.clone()).flatten());
                seen.set(ReadState { path: path.clone(), data: before.clone(), error: None, loading: true });
                spawn_local(async move {
                    let outcome = client.read(&get).await;
                    if superseded.get() {
                        return;
                    }
                    seen.set(match outcome {
                        Ok(fetched) => ReadState { path, data: Some(fetched), error: None, loading: false },
                        Err(error) => ReadState { path, data: before, error: Some(error), loading: false },
                    });
                });
            }
            move || left.set(true)
        });
    }
    let reload = use_callback((), move |(), ()| {
        *again.borrow_mut() += 1;
        update.force_update();
    });
    {
        // A read that failed while the API was unreachable is repeated once it is back.
        let (reload, failed) = (reload.clone(), seen.error.is_some());
        use_effect_with(session.connected, move |connected| {
            if *connected && failed {
                reload.emit(());
            }
        });
    }
    let current = seen.path == path;
    ErasedLoad {
        data: match (current, &seen.data) {
            (true, data) => data.clone(),
            (false, data) if keep => cached.or_else(|| data.clone()),
            (false, _) => cached,
        },
        error: if current { seen.error.clone() } else { None },
        loading: path.is_some() && (!current || seen.loading),
        reload,
    }
}
