//! A whole list as a file, put together by the API.

use yew::prelude::*;

use super::{Button, IconName, use_toasts};
use crate::{download::save_blob, hooks::use_action};

/// A kind of file that the API gives lists as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Excel,
    Csv,
}

impl FileKind {
    /// What to ask for, and what the file's name ends with.
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Excel => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            Self::Csv => ("text/csv", "csv"),
        }
    }
}

/// What [`Download`] is given.
#[derive(Properties, PartialEq)]
pub struct DownloadProps {
    /// Path and query below `/api/v1`.
    pub path: AttrValue,
    /// The file's name, without its ending.
    pub name: AttrValue,
    pub kind: FileKind,
    /// What the button says.
    pub children: Html,
}

/// A button that saves a file of the API.
#[component]
pub fn Download(props: &DownloadProps) -> Html {
    let toasts = use_toasts();
    let (path, name) = (props.path.clone(), props.name.clone());
    let (accept, ending) = props.kind.parts();
    let save = use_action(
        move |client, _: MouseEvent| {
            let path = path.clone();
            async move { client.download(&path, accept).await }
        },
        move |outcome| match outcome {
            Ok(file) => {
                let file_name = format!("{name}.{ending}");
                let _ = save_blob(&file, &file_name);
                toasts.success(t!("已导出 {file_name}", file_name));
            }
            Err(error) => toasts.failure(&error),
        },
    );
    html! { <Button icon={IconName::Download} busy={save.busy} onclick={save.run}>{ props.children.clone() }</Button> }
}

/// What [`ListDownload`] is given.
#[derive(Properties, PartialEq)]
pub struct ListDownloadProps {
    /// Path and query of the list below `/api/v1`, filters and order alone.
    pub path: AttrValue,
    /// The file's name, without its ending.
    pub name: AttrValue,
}

/// The buttons that save a whole list.
#[component]
pub fn ListDownload(props: &ListDownloadProps) -> Html {
    let ListDownloadProps { path, name } = props;
    html! {
        <>
            <Download {path} {name} kind={FileKind::Excel}>{ t!("导出 Excel") }</Download>
            <Download {path} {name} kind={FileKind::Csv}>{ t!("导出 CSV") }</Download>
        </>
    }
}
