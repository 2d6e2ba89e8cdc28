//! The preferences of this browser: language and theme.

use yew::prelude::*;

use super::{Button, ButtonKind, Segment, Tone, segments};
use crate::{i18n::Language, theme::Theme};

/// The choices, for the page of the user's account.
#[component]
pub fn Preferences() -> Html {
    let theme = use_state(Theme::chosen);
    let language = Language::chosen();
    let themes = Theme::ALL.map(|choice| Segment {
        value: choice.name(),
        label: choice.label(),
        chosen: choice == *theme,
        tone: Tone::Info,
        onchoose: {
            let theme = theme.clone();
            Callback::from(move |_: Event| {
                choice.choose();
                theme.set(choice);
            })
        },
    });
    let languages = Language::ALL.map(|choice| Segment {
        value: choice.tag(),
        label: choice.name(),
        chosen: choice == language,
        tone: Tone::Info,
        onchoose: Callback::from(move |_: Event| choice.choose()),
    });
    html! {
        <div class="preferences">
            <span>{ t!("颜色") }</span>{ segments(&"theme".into(), &t!("颜色").into(), false, themes.into()) }
            <span>{ t!("语言") }</span>{ segments(&"language".into(), &t!("语言").into(), false, languages.into()) }
        </div>
    }
}

/// Switches to the other language, which is named in that language.
#[component]
pub fn LanguageButton() -> Html {
    let other = match Language::chosen() {
        Language::Chinese => Language::English,
        Language::English => Language::Chinese,
    };
    let onclick = Callback::from(move |_: MouseEvent| other.choose());
    html! { <span class="language" lang={other.tag()}><Button kind={ButtonKind::Quiet} {onclick}>{ other.name() }</Button></span> }
}
