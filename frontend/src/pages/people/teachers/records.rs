//! The hour records of a teacher in a cycle.

use songjiao_types::{
    Hours, Page, TeacherId, WireEnum,
    hour_records::{HourRecordQuery, HourRecordSort, HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use crate::{
    api::hour_records::list_hour_records,
    calendar::Cycle,
    components::{Column, EmptyState, IconName, Link, RowTable, Section, loaded},
    format,
    hooks::use_query,
    pages::hours::hour_records::{status_badge, title_link},
    query::encode,
    route::Route,
};

/// Properties of [`Records`].
#[derive(Properties, PartialEq)]
pub struct RecordsProps {
    pub teacher: TeacherId,
    pub cycle: Cycle,
}

/// The records of the cycle, latest first, with the sum of the recognised hours.
#[component]
pub fn Records(props: &RecordsProps) -> Html {
    let RecordsProps { teacher, cycle } = *props;
    let query = HourRecordQuery { teacher_id: Some(teacher), ..Default::default() };
    let (sort, limit) = (Some(HourRecordSort::EndsOnDesc), Some(Page::<()>::MAX_LIMIT));
    let load = use_query(Some(list_hour_records(&HourRecordQuery { sort, limit, ..query.clone() })));
    let all = html! { <Link to={Route::HourRecords} query={encode(&query)}>{ t!("在学时记录中查看") }</Link> };
    html! {
        <Section title={t!("{cycle} 学时记录", cycle = cycle.label())} flush=true actions={all}>
            { loaded(&load, |page| {
                let rows: Vec<HourRecordView> =
                    page.items.iter().filter(|row| cycle.contains(row.training_year)).cloned().collect();
                if rows.is_empty() {
                    return html! { <EmptyState icon={IconName::Clock} title={t!("这个周期还没有学时记录")} /> };
                }
                html! { <RowTable<HourRecordView> caption={t!("学时记录")} columns={columns(&rows)} {rows} /> }
            }) }
        </Section>
    }
}

fn columns(rows: &[HourRecordView]) -> Vec<Column<HourRecordView>> {
    let counted: Hours =
        rows.iter().filter(|row| row.status == HourRecordStatus::Recognized).map(|row| row.hours).sum();
    vec![
        Column::field("training_year", |row: &HourRecordView| html! { row.training_year })
            .unbroken()
            .total(html! { t!("已认定合计") }),
        Column::field("title", title_link).head(),
        Column::field("institution", |row: &HourRecordView| html! { &row.institution }),
        Column::field("level", |row: &HourRecordView| html! { t!(row.level.label()) }),
        Column::field("mode", |row: &HourRecordView| html! { t!(row.mode.label()) }),
        Column::new(
            t!("时间"),
            |row: &HourRecordView| html! { format::period(Some(row.starts_on), Some(row.ends_on)) },
        ),
        Column::field("hours", |row: &HourRecordView| html! { row.hours.to_string() })
            .number()
            .total(html! { counted.to_string() }),
        Column::field("status", status_badge),
    ]
}
