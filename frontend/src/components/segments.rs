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
    html! {
        <div class="segments" role="radiogroup" aria-label={props.label.clone()}>
            { for offered.iter().enumerate().map(|(index, &choice)| {
                let onchange = props.onchange.reform(move |_: Event| choice);
                let tone = props.tones.get(index).copied().unwrap_or(Tone::Info).name();
                html! {
                    <label class={classes!("segments__one", format!("segments__one--{tone}"))}>
                        <input type="radio" name={id.clone()} id={format!("{id}-{}", choice.as_str())}
                            value={choice.as_str()} checked={*value == Some(choice)} {onchange} disabled={*disabled} />
                        <span>{ choice.label() }</span>
                    </label>
                }
            }) }
        </div>
    }
}
