//! Downloads of whole lists as files.

use yew::prelude::*;

use super::{Button, IconName, use_toasts};
use crate::{download::save_blob, hooks::use_action};

/// The file formats of lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Excel,
    Csv,
}

impl FileKind {
    /// The media type and the file name extension.
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Excel => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            Self::Csv => ("text/csv", "csv"),
        }
    }
}

/// Properties of [`Download`].
#[derive(Properties, PartialEq)]
pub struct DownloadProps {
    /// Path and query below `/api/v1`.
    pub path: AttrValue,
    /// The name of the file, without its extension.
    pub name: AttrValue,
    pub kind: FileKind,
    /// The content of the button.
    pub children: Html,
}

/// A button that downloads a file of the API.
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

/// Properties of [`ListDownload`].
#[derive(Properties, PartialEq)]
pub struct ListDownloadProps {
    /// Path and query of the list below `/api/v1`: filters and order alone.
    pub path: AttrValue,
    /// The name of the file, without its extension.
    pub name: AttrValue,
}

/// The buttons that download a whole list.
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
