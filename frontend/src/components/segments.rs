//! A segmented control for a choice of few values. Technically these are radio buttons, with the keyboard and screen
//! reader support that browsers give them.

use songjiao_types::WireEnum;
use yew::prelude::*;

use super::Tone;

/// Properties of [`Segments`].
#[derive(Properties, PartialEq)]
pub struct SegmentsProps<E: WireEnum> {
    /// The name of the radio group, unique in the document.
    pub id: AttrValue,
    /// The accessible name of the group.
    pub label: AttrValue,
    pub value: Option<E>,
    pub onchange: Callback<E>,
    /// The values on offer, if not all.
    #[prop_or_default]
    pub offer: Option<Vec<E>>,
    #[prop_or_default]
    pub disabled: bool,
    /// The tone of each value once chosen.
    #[prop_or_default]
    pub tones: &'static [Tone],
}

/// The choices side by side.
#[component]
pub fn Segments<E: WireEnum>(props: &SegmentsProps<E>) -> Html {
    let SegmentsProps { id, value, disabled, .. } = props;
    let offered = props.offer.as_deref().unwrap_or(E::ALL);
    let choices = offered.iter().enumerate().map(|(index, &choice)| Segment {
        value: choice.as_str(),
        label: t!(choice.label()),
        chosen: *value == Some(choice),
        tone: props.tones.get(index).copied().unwrap_or(Tone::Info),
        onchoose: props.onchange.reform(move |_: Event| choice),
    });
    segments(id, &props.label, *disabled, choices.collect())
}

/// One choice.
pub struct Segment {
    pub value: &'static str,
    pub label: &'static str,
    pub chosen: bool,
    pub tone: Tone,
    pub onchoose: Callback<Event>,
}

/// Renders choices of which one is chosen.
pub fn segments(id: &AttrValue, label: &AttrValue, disabled: bool, choices: Vec<Segment>) -> Html {
    html! {
        <div class="segments" role="radiogroup" aria-label={label.clone()}>
            { for choices.into_iter().map(|choice| html! {
                <label class={classes!("segments__one", format!("segments__one--{}", choice.tone.name()))}>
                    <input type="radio" name={id.clone()} id={format!("{id}-{}", choice.value)} value={choice.value}
                        checked={choice.chosen} onchange={choice.onchoose} {disabled} />
                    <span>{ choice.label }</span>
                </label>
            }) }
        </div>
    }
}
