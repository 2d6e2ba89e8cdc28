//! The parts of a whole: a bar of coloured segments, with the figures spelled out below it.

use yew::prelude::*;

use super::{Link, Tone};
use crate::{format, route::Route};

/// One part.
#[derive(Clone, PartialEq)]
pub struct Part {
    pub label: AttrValue,
    pub count: i64,
    pub tone: Tone,
    /// The list behind the figure, with its query.
    pub to: Option<(Route, AttrValue)>,
}

/// Properties of [`Distribution`].
#[derive(Properties, PartialEq)]
pub struct DistributionProps {
    /// The whole.
    pub label: AttrValue,
    pub parts: Vec<Part>,
    /// The unit of the counts: 人.
    pub unit: AttrValue,
}

/// The bar and its legend.
#[component]
pub fn Distribution(props: &DistributionProps) -> Html {
    let DistributionProps { label, parts, unit } = props;
    let counts: Vec<i64> = parts.iter().map(|part| part.count).collect();
    let total: i64 = counts.iter().sum();
    html! {
        <figure class="distribution">
            <figcaption class="visually-hidden">{ label }</figcaption>
            <svg class="distribution__bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"
                focusable="false">
                <rect class="distribution__track" width="1000" height="10" />
                { for parts.iter().zip(lengths(&counts)).map(|(part, (from, length))| html! {
                    <rect class={format!("distribution__part distribution__part--{}", part.tone.name())}
                        x={from.to_string()} width={length.to_string()} height="10" />
                }) }
            </svg>
            <ul class="distribution__legend">
                { for parts.iter().map(|part| {
                    let inside = html! {
                        <>
                            <span class={format!("distribution__mark distribution__mark--{}", part.tone.name())} aria-hidden="true" />
                            <span class="distribution__label">{ &part.label }</span>
                            <span class="distribution__count">{ format!("{} {unit}", format::count(part.count)) }</span>
                            <span class="muted small">{ share(part.count, total) }</span>
                        </>
                    };
                    html! {
                        <li>
                            { match part.to.clone() {
                                Some((to, query)) => html! { <Link {to} {query} class="distribution__entry">{ inside }</Link> },
                                None => html! { <span class="distribution__entry">{ inside }</span> },
                            } }
                        </li>
                    }
                }) }
            </ul>
        </figure>
    }
}

/// Offset and length of each part in thousandths of the whole. The parts adjoin and, unless all are zero, fill the
/// whole.
fn lengths(counts: &[i64]) -> Vec<(i64, i64)> {
    let total: i64 = counts.iter().sum::<i64>().max(1);
    let mut before = 0;
    let mut parts = Vec::with_capacity(counts.len());
    for count in counts {
        let from = before * 1000 / total;
        before += count;
        parts.push((from, before * 1000 / total - from));
    }
    parts
}

/// `63.5%`, rounded like the API's rates, but 100 % only if it is all. Empty if the total is zero.
fn share(count: i64, total: i64) -> String {
    if total <= 0 {
        return String::new();
    }
    let rounded = (count * 1000 + total / 2) / total;
    let tenths = if count < total { rounded.min(999) } else { rounded };
    if tenths % 10 == 0 { format!("{}%", tenths / 10) } else { format!("{}.{}%", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_adjoin_and_fill_the_whole() {
        assert_eq!(lengths(&[1, 1, 1]), [(0, 333), (333, 333), (666, 334)]);
        assert_eq!(lengths(&[0, 5]), [(0, 0), (0, 1000)]);
        assert_eq!(lengths(&[0, 0]), [(0, 0), (0, 0)]);
    }

    #[test]
    fn a_share_is_100_percent_only_if_nothing_is_missing() {
        assert_eq!(share(999, 1000), "99.9%");
        assert_eq!(share(9999, 10_000), "99.9%");
        assert_eq!(share(2, 3), "66.7%");
        assert_eq!(share(3, 3), "100%");
        assert_eq!(share(0, 0), "");
    }
}
