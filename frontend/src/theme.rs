//! The colours: as the system has them, or as the user wants them here. `early.js` paints by the
//! choice before anything is shown, and tells whoever draws by colours of its own.

use gloo_storage::{LocalStorage, Storage};
use web_sys::Event;

/// Where the browser keeps the choice.
const STORED: &str = "songjiao.theme";
/// Tells `early.js` of a choice.
const CHOICE: &str = "themechoice";
/// `early.js` has painted anew.
pub const CHANGED: &str = "themechange";

/// The colours that the user wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Those of the system.
    System,
    Light,
    Dark,
}

impl Theme {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The one that this browser's user chose.
    pub fn chosen() -> Self {
        let name = LocalStorage::raw().get_item(STORED).ok().flatten();
        Self::ALL.into_iter().find(|theme| name.as_deref() == Some(theme.name())).unwrap_or(Self::System)
    }

    /// Keeps the choice, and shows it.
    pub fn choose(self) {
        let storage = LocalStorage::raw();
        let _ = match self {
            Self::System => storage.remove_item(STORED),
            theme => storage.set_item(STORED, theme.name()),
        };
        if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(CHOICE)) {
            let _ = window.dispatch_event(&event);
        }
    }

    /// As it is kept, and as the style sheet names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => t!("跟随系统"),
            Self::Light => t!("浅色"),
            Self::Dark => t!("深色"),
        }
    }
}

/// Whether the page is dark at present.
pub fn is_dark() -> bool {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element());
    root.and_then(|root| root.get_attribute("data-theme")).as_deref() == Some(Theme::Dark.name())
}
