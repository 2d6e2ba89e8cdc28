//! Placeholders for content that is loading, empty or failed, and messages.

use songjiao_types::ErrorCode;
use yew::prelude::*;

use super::{Button, IconName, Section};
use crate::{api::ApiError, hooks::Load};

/// Properties of [`Skeleton`].
#[derive(Properties, PartialEq)]
pub struct SkeletonProps {
    /// Number of lines.
    #[prop_or(4)]
    pub lines: usize,
}

/// Grey lines where text will appear.
#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    html! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{ t!("正在加载") }</span>
            { for (0..props.lines).map(|_| html! { <span class="skeleton__line" /> }) }
        </div>
    }
}

/// Properties of [`EmptyState`].
#[derive(Properties, PartialEq)]
pub struct EmptyStateProps {
    #[prop_or(IconName::Inbox)]
    pub icon: IconName,
    /// Says what is missing.
    pub title: AttrValue,
    /// What to do next: a sentence, a button.
    #[prop_or_default]
    pub children: Html,
}

/// The placeholder of an empty list.
#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    html! {
        <div class="empty">
            { props.icon.draw() }
            <p class="empty__title">{ &props.title }</p>
            <div class="empty__next">{ props.children.clone() }</div>
        </div>
    }
}

/// Properties of [`ErrorPanel`].
#[derive(Properties, PartialEq)]
pub struct ErrorPanelProps {
    pub error: ApiError,
    /// Tries again.
    #[prop_or_default]
    pub onretry: Option<Callback<()>>,
}

/// An error with a button to try again.
#[component]
pub fn ErrorPanel(props: &ErrorPanelProps) -> Html {
    let retry = props.onretry.clone().map(|retry| {
        html! {
            <Button icon={IconName::Refresh} onclick={Callback::from(move |_| retry.emit(()))}>{ t!("重试") }</Button>
        }
    });
    html! {
        <div class="notice notice--danger" role="alert">
            { IconName::Alert.draw() }
            <div class="notice__body">
                <p class="notice__title">{ props.error.title() }</p>
                if let Some(detail) = props.error.detail() { <p>{ detail }</p> }
                if let Some(id) = props.error.request_id() {
                    <p class="muted small">{ t!("请求编号 ") }<code>{ id.to_owned() }</code></p>
                }
                { retry.unwrap_or_default() }
            </div>
        </div>
    }
}

/// The tone of a message or a badge.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Success,
    Warning,
    Danger,
}

impl Tone {
    /// The suffix of the class name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// Properties of [`Notice`].
#[derive(Properties, PartialEq)]
pub struct NoticeProps {
    #[prop_or(Tone::Info)]
    pub tone: Tone,
    #[prop_or_default]
    pub title: Option<AttrValue>,
    #[prop_or_default]
    pub children: Html,
}

/// A message on the page.
#[component]
pub fn Notice(props: &NoticeProps) -> Html {
    let name = match props.tone {
        Tone::Success => IconName::Check,
        Tone::Warning | Tone::Danger => IconName::Alert,
        Tone::Neutral | Tone::Info => IconName::Info,
    };
    html! {
        <div class={format!("notice notice--{}", props.tone.name())}>
            { name.draw() }
            <div class="notice__body">
                if let Some(title) = &props.title { <p class="notice__title">{ title }</p> }
                { props.children.clone() }
            </div>
        </div>
    }
}

/// A short label: a status, a kind. A function rather than a component, since lists render many.
pub fn badge(tone: Tone, words: impl Into<AttrValue>) -> Html {
    let words: AttrValue = words.into();
    html! { <span class={format!("badge badge--{}", tone.name())}>{ words }</span> }
}

/// Renders what was read, or a placeholder until it is there. If a refresh fails, the error is shown above the previous
/// content.
pub fn loaded<T>(load: &Load<T>, content: impl FnOnce(&T) -> Html) -> Html {
    let problem = load.error.clone().map(|error| {
        let gone = error.code() == Some(ErrorCode::NotFound);
        if gone {
            html! {
                <EmptyState icon={IconName::Search} title={t!("没有找到这条记录")}>
                    <p>{ t!("它可能已被删除，或不在您的管理范围内。请从列表重新进入。") }</p>
                </EmptyState>
            }
        } else {
            html! { <ErrorPanel {error} onretry={load.reload.clone()} /> }
        }
    });
    match (load.value(), problem) {
        (Some(value), problem) => html! { <>{ problem.unwrap_or_default() }{ content(value) }</> },
        (None, Some(problem)) => problem,
        (None, None) => html! { <Section><Skeleton lines={6} /></Section> },
    }
}
