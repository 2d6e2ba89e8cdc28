//! The components that pages are composed of. They contain no business rules; texts and figures are passed in.

mod action_button;
mod bar_chart;
mod button;
mod calendar;
mod chart;
mod column_chooser;
mod connection;
mod dialog;
mod distribution;
mod download;
mod export;
mod feedback;
mod field;
mod file_drop;
mod filter;
mod form;
mod form_page;
mod icon;
mod link;
mod page;
mod pager;
mod picker;
mod preferences;
mod print_sheet;
mod progress;
mod public_shell;
mod qr_image;
mod reason_dialog;
mod search_button;
mod secret_dialog;
mod segments;
mod shell;
mod stepper;
mod table;
mod tabs;
mod timeline;
mod toast;

pub use action_button::{ActionButton, ConfirmButton, ReasonButton, Success, Work, use_reported_action};
pub use bar_chart::{Bar, BarChart};
pub use button::{Button, ButtonKind, ButtonLink};
pub use calendar::{Calendar, CalendarEvent, month_of};
pub use chart::{Chart, Group, Plot, RatePoint, Series, Slice};
pub use connection::ConnectionBanner;
pub use dialog::{ConfirmDialog, Dialog};
pub use distribution::{Distribution, Part};
pub use download::{Download, FileKind, ListDownload};
pub use export::ListOutput;
pub use feedback::{EmptyState, ErrorPanel, Notice, Skeleton, Tone, badge, loaded};
pub use field::{
    CheckboxField, DateField, Field, HoursField, OptionField, PasswordField, SelectField, TextAreaField, TextField,
};
pub use file_drop::FileDrop;
pub use filter::{ChoiceFilter, DateFilter, FilterBar, FilterProps, FlagFilter, OptionFilter, SearchFilter};
pub use form::{FieldGroup, FormView};
pub use form_page::{EditForm, Extras, FormPage, edit_page, save_with, use_create, use_save};
pub use icon::IconName;
pub use link::{Link, OrganizationLink};
pub use page::{Breadcrumbs, Crumb, IdProps, KeyValues, PageHeader, RecordProps, Section};
pub use pager::Pager;
pub use picker::{
    MATCHES, OrganizationField, OrganizationFilter, Pickable, Picker, PickerField, PickerFilter, TeacherField,
    TeacherFilter,
};
pub use preferences::{LanguageButton, Preferences};
pub use print_sheet::{Paper, PrintSheet, print_after_render};
pub use progress::{ProgressBar, ProgressRing, RateRing, StatCard};
pub use public_shell::PublicShell;
pub use qr_image::QrImage;
pub use reason_dialog::ReasonDialog;
pub use search_button::{CloseSearch, SearchButton};
pub use secret_dialog::SecretDialog;
pub use segments::{Segment, Segments, segments};
pub use shell::Shell;
pub use stepper::{Step, StepState, Stepper};
pub use table::{Column, DataTable, RowTable};
pub use tabs::{Tab, Tabs};
pub use timeline::{Timeline, TimelineEvent};
pub use toast::{ToastProvider, Toasts, use_toasts};
