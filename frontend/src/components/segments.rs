//! One of a few choices, all in sight: quicker than a select, for the thumb and for the keyboard.
//! Below the looks they are radio buttons, with all that browsers and screen readers do for them.

use songjiao_types::WireEnum;
use yew::prelude::*;

use super::Tone;

/// What [`Segments`] is given.
#[derive(Properties, PartialEq)]
pub struct SegmentsProps<E: WireEnum> {
    /// The group's name in the document: no two groups share it.
    pub id: AttrValue,
    /// What is chosen, for screen readers.
    pub label: AttrValue,
    pub value: Option<E>,
    pub onchange: Callback<E>,
    /// The values on offer, where not all are.
    #[prop_or_default]
    pub offer: Option<Vec<E>>,
    #[prop_or_default]
    pub disabled: bool,
    /// What a choice looks like once chosen, in the order of the choices.
    #[prop_or_default]
    pub tones: &'static [Tone],
}

/// The choices beside each other.
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

/// One of the choices, whatever it chooses.
pub struct Segment {
    pub value: &'static str,
    pub label: &'static str,
    pub chosen: bool,
    pub tone: Tone,
    pub onchoose: Callback<Event>,
}

/// Draws choices of which one holds.
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
