//! Two records side by side, with the differences marked.

use songjiao_types::{WireEnum, hour_records::HourRecordView};
use yew::prelude::*;

use crate::{
    components::{Link, Tone, badge},
    format,
    i18n::heading,
    pages::hours::hour_records::{source_label, status_badge},
    route::Route,
};

/// The compared fields as text.
fn rows(record: &HourRecordView) -> Vec<(AttrValue, String)> {
    vec![
        (
            heading::<HourRecordView>("teacher_name"),
            t!("{name}（{number}）", name = record.teacher_name, number = record.teacher_no),
        ),
        (heading::<HourRecordView>("organization_name"), record.organization_name.clone()),
        (heading::<HourRecordView>("training_year"), record.training_year.to_string()),
        (heading::<HourRecordView>("title"), record.title.clone()),
        (heading::<HourRecordView>("institution"), record.institution.clone()),
        (heading::<HourRecordView>("hours"), record.hours.to_string()),
        (t!("培训时间").into(), format::period(Some(record.starts_on), Some(record.ends_on))),
        (heading::<HourRecordView>("level"), t!(record.level.label()).to_owned()),
        (heading::<HourRecordView>("mode"), t!(record.mode.label()).to_owned()),
        (
            heading::<HourRecordView>("dimension"),
            record.dimension.map_or("—", |dimension| t!(dimension.label())).to_owned(),
        ),
        (heading::<HourRecordView>("source"), source_label(&record.source)),
        (heading::<HourRecordView>("external_id"), record.external_id.clone().unwrap_or_else(|| "—".to_owned())),
        (heading::<HourRecordView>("created_at"), format::date_time(record.created_at)),
    ]
}

/// Properties of [`Comparison`].
#[derive(Properties, PartialEq)]
pub struct ComparisonProps {
    pub record: HourRecordView,
    pub other: HourRecordView,
}

/// The table of both records. On a phone each field has a line of its own, with both values below it.
#[component]
pub fn Comparison(props: &ComparisonProps) -> Html {
    let ComparisonProps { record, other } = props;
    let row = |((name, this), (_, that)): ((AttrValue, String), (AttrValue, String))| {
        let differs = this != that;
        html! {
            <tr class={differs.then_some("compare__different")}>
                <th scope="row">{ name }if differs { { badge(Tone::Warning, t!("不同")) } }</th>
                <td>{ this }</td>
                <td>{ that }</td>
            </tr>
        }
    };
    let head = |title: &'static str, record: &HourRecordView| {
        html! {
            <th scope="col">
                <Link to={Route::HourRecord { id: record.id }}>{ title }</Link>{ status_badge(record) }
            </th>
        }
    };
    html! {
        <table class="compare">
            <caption class="visually-hidden">{ t!("两条学时记录的对比") }</caption>
            <thead>
                <tr>
                    <td></td>
                    { head(t!("本条（后登记）"), record) }
                    { head(t!("另一条"), other) }
                </tr>
            </thead>
            <tbody>{ for rows(record).into_iter().zip(rows(other)).map(row) }</tbody>
        </table>
    }
}
