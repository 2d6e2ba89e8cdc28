//! Choosing a file by dialog or by drag and drop.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::IconName;

/// Properties of [`FileDrop`].
#[derive(Properties, PartialEq)]
pub struct FileDropProps {
    /// The id of the input.
    pub id: AttrValue,
    pub label: AttrValue,
    /// The extensions that the dialog offers: `.csv`.
    pub accept: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub file: Option<File>,
    pub onchoose: Callback<File>,
}

/// A drop zone for one file.
#[component]
pub fn FileDrop(props: &FileDropProps) -> Html {
    let FileDropProps { id, hint, file, .. } = props;
    let over = use_state(|| false);
    let onchange = props.onchoose.clone();
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            onchange.emit(file);
        }
        // Allows the same file to be chosen again after it was corrected.
        input.set_value("");
    });
    let drag = |inside: bool| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(inside);
        })
    };
    let ondrop = {
        let (over, choose) = (over.clone(), props.onchoose.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
                choose.emit(file);
            }
        })
    };
    html! {
        <div class={classes!("drop", over.then_some("drop--over"))} ondragover={drag(true)} ondragleave={drag(false)} {ondrop}>
            { IconName::Upload.draw() }
            <input id={id.clone()} type="file" class="visually-hidden" accept={props.accept.clone()} {onchange}
                aria-describedby={hint.is_some().then(|| format!("{id}-hint"))} />
            <label for={id.clone()} class="button">{ &props.label }</label>
            if let Some(file) = file {
                <p class="drop__file" role="status"><strong>{ file.name() }</strong>{ t!("（{size}）", size = size(file.size())) }</p>
            } else {
                <p class="muted drop__or">{ t!("或把文件拖到这里") }</p>
            }
            if let Some(hint) = hint { <p class="muted small" id={format!("{id}-hint")}>{ hint }</p> }
        </div>
    }
}

/// `12 KB`, `3.4 MB`.
fn size(bytes: f64) -> String {
    if bytes < 1024.0 * 1024.0 {
        format!("{} KB", (bytes / 1024.0).ceil())
    } else {
        format!("{:.1} MB", bytes / 1024.0 / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_familiar_units() {
        assert_eq!([size(10.0), size(2048.0), size(3_565_158.0)], ["1 KB", "2 KB", "3.4 MB"]);
    }
}
