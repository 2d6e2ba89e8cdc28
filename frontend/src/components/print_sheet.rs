//! A table on A4 for what is printed, signed or displayed: title, facts, rows, signatures. It is visible only on paper,
//! where it replaces the page.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// The most columns that fit in portrait orientation.
const MAX_PORTRAIT_COLUMNS: usize = 7;
/// The most characters of a number, a date, a name.
const SHORT_CELL: usize = 12;

/// Properties of [`PrintSheet`].
#[derive(Properties, PartialEq, Clone)]
pub struct PrintSheetProps {
    pub title: AttrValue,
    /// Below the title: place, date, count.
    #[prop_or_default]
    pub facts: Vec<String>,
    /// The headings, without the row number.
    pub headings: Vec<AttrValue>,
    pub rows: Vec<Vec<AttrValue>>,
    /// Columns to be filled in by hand, counted without the row number.
    #[prop_or_default]
    pub blank_columns: Vec<usize>,
    /// Below the rows: sums.
    #[prop_or_default]
    pub sums: Vec<String>,
    /// The lines for signatures.
    #[prop_or_default]
    pub signed: Vec<String>,
}

/// The sheet.
#[component]
pub fn PrintSheet(props: &PrintSheetProps) -> Html {
    let PrintSheetProps { title, facts, headings, rows, blank_columns, sums, signed } = props;
    // Many columns need landscape orientation.
    let wide = (headings.len() > MAX_PORTRAIT_COLUMNS).then_some("paper--wide");
    let written = |at: usize| blank_columns.contains(&at).then_some("paper__sign");
    let facts_of = |facts: &[String]| {
        let facts = facts.iter().map(|fact| html! { <span>{ fact }</span> });
        html! { <p class="paper__facts">{ for facts }</p> }
    };
    html! {
        <Paper class={classes!(wide)}>
            <h2>{ title }</h2>
            { facts_of(facts) }
            <table class="paper__table">
                <thead>
                    <tr>
                        <th>{ t!("序号") }</th>
                        { for headings.iter().enumerate().map(|(at, heading)| html! { <th class={written(at)}>{ heading }</th> }) }
                    </tr>
                </thead>
                <tbody>
                    { for rows.iter().enumerate().map(|(number, cells)| html! {
                        <tr>
                            <td>{ number + 1 }</td>
                            { for cells.iter().map(|cell| html! { <td class={short(cell)}>{ cell }</td> }) }
                        </tr>
                    }) }
                </tbody>
            </table>
            if !sums.is_empty() { { facts_of(sums) } }
            if !signed.is_empty() {
                <p class="paper__signed">{ for signed.iter().map(|who| html! { <span>{ who }</span> }) }</p>
            }
        </Paper>
    }
}

/// Properties of [`Paper`].
#[derive(Properties, PartialEq)]
pub struct PaperProps {
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

/// What is visible only on paper, where it replaces the page. It is rendered beside the application, so that the frame of the
/// page is not printed.
#[component]
pub fn Paper(props: &PaperProps) -> Html {
    use_effect_with((), |()| {
        mark_body(true);
        || mark_body(false)
    });
    let Some(body) = body() else { return Html::default() };
    let paper = html! {
        <section class={classes!("paper", props.class.clone())} aria-hidden="true">{ props.children.clone() }</section>
    };
    create_portal(paper, body.into())
}

/// Short cells must not wrap: a name broken into single characters is hard to read.
fn short(cell: &str) -> Option<&'static str> {
    (cell.chars().count() <= SHORT_CELL).then_some("paper__short")
}

fn body() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.body()
}

/// Tells the style sheet whether there is a sheet.
fn mark_body(there: bool) {
    if let Some(body) = body() {
        let _ = body.class_list().toggle_with_force("has-paper", there);
    }
}

/// Prints after the current state is rendered.
pub fn print_after_render() {
    Timeout::new(60, || {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    })
    .forget();
}
