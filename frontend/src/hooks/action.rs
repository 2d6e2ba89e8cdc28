//! Actions that run once: while one is in progress, a second click does nothing.

use std::{cell::Cell, future::Future, pin::Pin, rc::Rc};

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    api::{ApiResult, Client},
    session::use_client,
};

/// An action, started by a button.
pub struct Action<I> {
    /// Whether it is in progress.
    pub busy: bool,
    /// Starts it.
    pub run: Callback<I>,
}

/// Runs `work` when started, and passes its outcome to `done`.
#[hook]
pub fn use_action<I, O, F, W, D>(work: W, done: D) -> Action<I>
where
    I: 'static,
    O: 'static,
    F: Future<Output = ApiResult<O>> + 'static,
    W: Fn(Client, I) -> F + 'static,
    D: Fn(ApiResult<O>) + 'static,
{
    let client = use_client();
    let (busy, once) = use_single_run();
    let (work, done) = (Rc::new(work), Rc::new(done));
    let run = Callback::from(move |input| {
        let (work, done, client) = (work.clone(), done.clone(), client.clone());
        once.emit(Box::new(move || {
            let work = work(client, input);
            Box::pin(async move {
                let outcome = work.await;
                Box::new(move || done(outcome)) as Completion
            })
        }));
    });
    Action { busy, run }
}

/// What is left to do after the work.
type Completion = Box<dyn FnOnce()>;
type Start = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Completion>>>>;

/// The part that all actions have in common, compiled once and not once for each.
#[hook]
fn use_single_run() -> (bool, Callback<Start>) {
    let busy = use_state(|| false);
    // The state is that of the render that the click came from; this cell is current.
    let running = use_memo((), |()| Cell::new(false));
    let setter = busy.setter();
    let once = Callback::from(move |work: Start| {
        if running.replace(true) {
            return;
        }
        setter.set(true);
        let (setter, running) = (setter.clone(), running.clone());
        let work = work();
        spawn_local(async move {
            let done = work.await;
            running.set(false);
            setter.set(false);
            done();
        });
    });
    (*busy, once)
}
