//! The colour theme: the system's or the user's choice. `early.js` applies it before the first paint and announces
//! changes to what draws with colours of its own.

use gloo_storage::{LocalStorage, Storage};
use web_sys::Event;

/// The storage key of the choice.
const STORAGE_KEY: &str = "songjiao.theme";
/// Tells `early.js` that the user has chosen.
const CHOICE_EVENT: &str = "themechoice";
/// Tells that `early.js` has applied another theme.
pub const CHANGE_EVENT: &str = "themechange";

/// The themes on offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Follows the system.
    System,
    Light,
    Dark,
}

impl Theme {
    /// All themes, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The theme chosen in this browser.
    pub fn chosen() -> Self {
        let name = LocalStorage::raw().get_item(STORAGE_KEY).ok().flatten();
        Self::ALL.into_iter().find(|theme| name.as_deref() == Some(theme.name())).unwrap_or(Self::System)
    }

    /// Stores the choice and applies it.
    pub fn choose(self) {
        let storage = LocalStorage::raw();
        let _ = match self {
            Self::System => storage.remove_item(STORAGE_KEY),
            theme => storage.set_item(STORAGE_KEY, theme.name()),
        };
        if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(CHOICE_EVENT)) {
            let _ = window.dispatch_event(&event);
        }
    }

    /// The name in the storage and in the style sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The label of the choice.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => t!("跟随系统"),
            Self::Light => t!("浅色"),
            Self::Dark => t!("深色"),
        }
    }
}

/// Whether the page is dark now.
pub fn is_dark() -> bool {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element());
    root.and_then(|root| root.get_attribute("data-theme")).as_deref() == Some(Theme::Dark.name())
}
