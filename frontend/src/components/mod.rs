//! What pages are put together from. None of it knows a slice's business; words and figures are
//! handed in.

mod bars;
mod button;
mod calendar;
mod chart;
mod columns;
mod connection;
mod dialog;
mod distribution;
mod download;
mod export;
mod feedback;
mod field;
mod file_drop;
mod filter;
mod finder;
mod form;
mod icon;
mod link;
mod page;
mod pager;
mod paper;
mod picker;
mod preferences;
mod progress;
mod public;
mod qr;
mod reason;
mod secret;
mod segments;
mod shell;
mod stepper;
mod table;
mod tabs;
mod timeline;
mod toast;

pub use bars::{Bar, BarChart};
pub use button::{Button, ButtonKind, ButtonLink};
pub use calendar::{Calendar, CalendarEvent, month_of};
pub use chart::{Chart, Group, Plot, Series, Slice, Spot};
pub use connection::ConnectionBanner;
pub use dialog::{ConfirmDialog, Dialog};
pub use distribution::{Distribution, Part};
pub use download::{Download, FileKind, ListDownload};
pub use export::{Exported, ListOutput};
pub use feedback::{EmptyState, ErrorPanel, Notice, Skeleton, Tone, badge, loaded};
pub use field::{
    CheckboxField, DateField, Field, HoursField, OptionField, PasswordField, SelectField, TextAreaField, TextField,
};
pub use file_drop::FileDrop;
pub use filter::{
    ChoiceFilter, DateFilter, FilterBar, FilterProps, FlagFilter, OptionFilter, PickerFilter, SearchFilter,
};
pub use finder::{CloseSearch, Finder};
pub use form::{FieldGroup, FormView};
pub use icon::IconName;
pub use link::Link;
pub use page::{Breadcrumbs, Crumb, KeyValues, PageHeader, Section};
pub use pager::Pager;
pub use paper::{Paper, print_soon};
pub use picker::{OrganizationField, OrganizationFilter, Pickable, Picker, PickerField, TeacherField, TeacherFilter};
pub use preferences::{LanguageButton, Preferences};
pub use progress::{ProgressBar, ProgressRing, RateRing, StatCard};
pub use public::PublicShell;
pub use qr::QrImage;
pub use reason::ReasonDialog;
pub use secret::SecretDialog;
pub use segments::{Segment, Segments, segments};
pub use shell::Shell;
pub use stepper::{Step, StepState, Stepper};
pub use table::{Column, DataTable, RowTable};
pub use tabs::{Tab, Tabs};
pub use timeline::{Timeline, TimelineEvent};
pub use toast::{ToastProvider, Toasts, use_toasts};
