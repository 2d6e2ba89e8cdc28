//! Carrying something out once: while it is under way a second click does nothing.

use std::{cell::Cell, future::Future, rc::Rc};

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    api::{ApiResult, Client},
    session::use_client,
};

/// Something that a button carries out.
pub struct Action<I> {
    /// Whether it is under way.
    pub busy: bool,
    /// Carries it out.
    pub run: Callback<I>,
}

/// Carries `work` out when told to, and hands its outcome to `done`.
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
    let busy = use_state(|| false);
    // The state is as old as the render that the click came from; this is not.
    let running = use_memo((), |()| Cell::new(false));
    let done = Rc::new(done);
    let run = {
        let busy = busy.setter();
        Callback::from(move |input| {
            if running.replace(true) {
                return;
            }
            busy.set(true);
            let (busy, running, done) = (busy.clone(), running.clone(), done.clone());
            let work = work(client.clone(), input);
            spawn_local(async move {
                let outcome = work.await;
                running.set(false);
                busy.set(false);
                done(outcome);
            });
        })
    };
    Action { busy: *busy, run }
}
