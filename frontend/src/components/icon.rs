//! Icons: strokes on a 24-unit grid in the colour of the text. They always accompany text and are hidden from screen
//! readers.

use yew::prelude::*;

/// The icons.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    Alert,
    Back,
    Book,
    Building,
    Calendar,
    Chart,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Close,
    Download,
    Edit,
    Eye,
    EyeOff,
    First,
    Home,
    Inbox,
    Info,
    Key,
    Lock,
    LogOut,
    Medal,
    Menu,
    Next,
    Pause,
    Pie,
    Plus,
    Print,
    Refresh,
    Search,
    Send,
    Shield,
    Sliders,
    Trash,
    Tree,
    Upload,
    User,
    Users,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 3 2.5 20h19L12 3Zm0 7v4m0 3v.01",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Book => "M4 5c3-1.5 6-1 8 .5 2-1.5 5-2 8-.5v14c-3-1.5-6-1-8 .5-2-1.5-5-2-8-.5V5Zm8 .5v14",
            Self::Building => "M5 21V4h9v17m0-12h5v12M3 21h18M8 8h3m-3 4h3m-3 4h3",
            Self::Calendar => "M4 6h16v14H4V6Zm0 4h16M8 3v4m8-4v4",
            Self::Chart => "M4 4v16h16M8.5 16v-5m4 5V7m4 9v-7",
            Self::Check => "M5 12.5 10 17.5 19 7",
            Self::ChevronDown => "M6 9.5 12 15.5 18 9.5",
            Self::ChevronRight | Self::Next => "M9 5l7 7-7 7",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5V12l3 2",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Download => "M12 4v11m-5-4.5 5 5 5-5M5 20h14",
            Self::Edit => "M4 20h4L19 9l-4-4L4 16v4Zm9.5-13.5 4 4",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.5 5.9C15 4.6 19.4 8 21.5 12a17 17 0 0 1-2.9 3.7M14.1 18.2C8.7 19.3 4.5 15.9 2.5 12a16 16 0 0 1 3-3.8M10 10.2a3 3 0 0 0 3.9 3.9"
            }
            Self::First => "M17 5l-7 7 7 7M6 5v14",
            Self::Home => "M3.5 11 12 4l8.5 7M6 9.5V20h4.5v-6h3v6H18V9.5",
            Self::Inbox => "M4 13 7 5h10l3 8v6H4v-6Zm0 0h5l1 2.5h4l1-2.5h5",
            Self::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 8v5m0-8.5v.01",
            Self::Key => "M14.5 4.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM10.9 13 4 20v-3.5M7 17l2 2",
            Self::Lock => "M6 11h12v9H6v-9Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
            Self::LogOut => "M10 4H5v16h5m4-12 4 4-4 4m4-4H9",
            Self::Medal => "M12 9a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8.5 10 5 3h5l2 4 2-4h5l-3.5 7",
            Self::Menu => "M4 6.5h16M4 12h16M4 17.5h16",
            Self::Pause => "M8.5 5v14m7-14v14",
            Self::Pie => "M10.5 4.5a8 8 0 1 0 9 9h-9v-9Zm4-1.5a7 7 0 0 1 6.5 6.5h-6.5V3Z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Print => "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7v-6Z",
            Self::Refresh => "M20 6v5h-5M4 18v-5h5M5.5 9.5a7 7 0 0 1 12-2.5L20 11M4 13l2.5 4a7 7 0 0 0 12-2.5",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
            Self::Send => "M20.5 3.5 3.5 10.5l6.5 3 3.5 7 7-17Zm0 0L10 13.5",
            Self::Shield => "M12 3.5 19 6v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6l7-2.5ZM9 12l2 2 4-4",
            Self::Sliders => "M4 7h9m4 0h3M4 17h3m4 0h9M15 4.5v5m-6 5v5",
            Self::Trash => "M4 7h16M9 7V4h6v3m-8.5 0 1 13h9l1-13M10 11v5.5m4-5.5v5.5",
            Self::Tree => "M10 3h4v4h-4V3ZM4 17h4v4H4v-4Zm12 0h4v4h-4v-4ZM12 7v5M6 17v-5h12v5",
            Self::Upload => "M12 15V4m-5 4.5 5-5 5 5M5 20h14",
            Self::User => "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
            Self::Users => {
                "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20c.4-3.5 3-5.5 6.5-5.5s6.1 2 6.5 5.5M15.5 5.2a3.5 3.5 0 0 1 0 6.6m2 3c2.3.7 3.7 2.5 4 5.2"
            }
        }
    }
}

impl IconName {
    /// Draws the icon.
    pub fn draw(self) -> Html {
        html! {
            <svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"
                stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
                <path d={self.path()} />
            </svg>
        }
    }
}
