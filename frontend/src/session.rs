//! The session. The provider owns the API client and tells everything below it by a context who the user is and what
//! they may do.

use std::rc::Rc;

use songjiao_types::{Permission, auth::Me};
use wasm_bindgen_futures::spawn_local;
use web_sys::StorageEvent;
use yew::prelude::*;

use crate::{
    api::{ApiError, Client, SessionEvent, auth},
    bundles::remember_desk,
    hooks::{clear_all_drafts, use_window_event},
};

/// The state of the session.
#[derive(Clone, PartialEq)]
pub enum SessionState {
    /// The session from before the reload is being restored.
    Restoring,
    /// It could not be restored for reasons beyond the user's control: offline, or the server is down.
    Unreachable(ApiError),
    /// Nobody is signed in. `expired`: a session ended without the user's doing.
    SignedOut { expired: bool },
    /// The signed-in user.
    SignedIn(Rc<Me>),
}

/// The context of the session.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// The API client, which acts in the user's name.
    pub client: Client,
    /// Who is signed in.
    pub state: SessionState,
    /// Whether the API can be reached.
    pub connected: bool,
    retry: Callback<()>,
}

impl Session {
    /// The signed-in user.
    pub fn me(&self) -> Option<&Rc<Me>> {
        match &self.state {
            SessionState::SignedIn(me) => Some(me),
            _ => None,
        }
    }

    /// Whether the signed-in user has a permission.
    pub fn can(&self, permission: Permission) -> bool {
        self.me().is_some_and(|me| me.permissions.contains(&permission))
    }

    /// The public address of the installation, if one is configured.
    pub fn public_url(&self) -> Option<&str> {
        self.me()?.public_url.as_deref()
    }

    /// Tries again to restore the session.
    pub fn retry(&self) {
        self.retry.emit(());
    }
}

/// Properties of [`SessionProvider`].
#[derive(Properties, PartialEq)]
pub struct SessionProviderProps {
    pub children: Html,
}

/// Holds the session and provides it as a context.
#[component]
pub fn SessionProvider(props: &SessionProviderProps) -> Html {
    let state = use_state_eq(|| {
        if auth::may_be_signed_in() { SessionState::Restoring } else { SessionState::SignedOut { expired: false } }
    });
    let connected = use_state_eq(|| true);
    let client = {
        let (state, connected) = (state.clone(), connected.clone());
        use_memo((), move |()| {
            Client::new(Callback::from(move |event| {
                state.set(match event {
                    SessionEvent::SignedIn(me) => {
                        remember_desk(&me);
                        SessionState::SignedIn(me)
                    }
                    SessionEvent::Expired => SessionState::SignedOut { expired: true },
                    SessionEvent::SignedOut => {
                        clear_all_drafts();
                        SessionState::SignedOut { expired: false }
                    }
                    SessionEvent::Connected(answers) => return connected.set(answers),
                });
            }))
        })
    };
    let restore = {
        let (state, client) = (state.clone(), client.clone());
        use_callback((), move |(), ()| {
            let (state, client) = (state.clone(), client.clone());
            spawn_local(async move {
                // The client reports success and refusal as events.
                if let Err(error) = client.refresh().await
                    && !matches!(&error, ApiError::Problem(problem) if problem.status < 500 && problem.status != 429)
                {
                    state.set(SessionState::Unreachable(error));
                }
            });
        })
    };
    {
        let restore = restore.clone();
        use_effect_with((), move |()| {
            if auth::may_be_signed_in() {
                restore.emit(());
            }
        });
    }
    use_other_tabs(&client, &restore);
    let retry = {
        let state = state.clone();
        Callback::from(move |()| {
            state.set(SessionState::Restoring);
            restore.emit(());
        })
    };
    let session = Session { client: (*client).clone(), state: (*state).clone(), connected: *connected, retry };
    html! { <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>> }
}

/// Follows sign-in and sign-out in other tabs of this browser.
#[hook]
fn use_other_tabs(client: &Rc<Client>, restore: &Callback<()>) {
    let (client, restore) = (client.clone(), restore.clone());
    use_window_event("storage", move |event: StorageEvent| {
        match (event.key().as_deref(), event.old_value(), event.new_value()) {
            (Some(auth::STORAGE_KEY), _, None) | (None, _, _) => client.follow_sign_out(),
            (Some(auth::STORAGE_KEY), None, Some(_)) => restore.emit(()),
            _ => {}
        }
    });
}

/// The session.
#[hook]
pub fn use_session() -> Session {
    use_context().expect("below the SessionProvider")
}

/// The API client.
#[hook]
pub fn use_client() -> Client {
    use_session().client
}
