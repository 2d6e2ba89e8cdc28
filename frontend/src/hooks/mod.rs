//! Hooks that pages share: reading, submitting, and the query of a list in the URL.

mod action;
mod back;
mod debounce;
mod form;
mod kept;
mod list;
mod load;
mod policies;
mod refresh;
mod title;
mod trail;
mod unsaved;
mod url;
mod window;

pub use action::{Action, use_action};
pub use back::{listen_for_back, use_back};
pub use debounce::use_debounce;
pub use form::{Bind, Form, FormStatus, check, fault, required, use_form, use_kept, use_page_form, use_submit};
pub use kept::{Kept, forget_all};
pub use list::{LIMITS, ListQuery, use_list};
pub use load::{Load, use_query, use_query_keeping};
pub use policies::use_policies;
pub use refresh::use_refresh;
pub use title::{PRODUCT, use_title};
pub use url::use_url_query;
pub use window::{media, use_window_event};
