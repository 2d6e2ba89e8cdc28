//! Hooks that pages share: reading, submitting, and the query of a list in the URL.

mod action;
mod calendar;
mod callbacks;
mod cursor_trail;
mod debounce;
mod draft;
mod form;
mod history_guard;
mod list;
mod load;
mod polling;
mod title;
mod unsaved;
mod url;
mod validation;
mod window;

pub use action::{Action, use_action};
pub use calendar::use_calendar;
pub use callbacks::{both, set_to};
pub use debounce::use_debounce;
pub use draft::{SavedDraft, clear_all_drafts};
pub(crate) use form::bind;
pub use form::{Bind, Form, FormStatus, use_dry_run, use_form, use_page_form, use_saved_draft, use_submit};
pub use history_guard::{install_history_guard, use_popstate};
pub(crate) use list::filter;
pub use list::{ErasedFilter, ErasedList, Filter, LIMITS, List, use_list};
pub use load::{Load, use_query, use_query_keep_previous};
pub use polling::use_polling;
pub use title::{PRODUCT, use_title};
pub use url::use_url_query;
#[cfg(test)]
pub use validation::pointers;
pub use validation::{Errors, check, code_text, field_error, optional_text, required};
pub use window::{media, use_window_event};
