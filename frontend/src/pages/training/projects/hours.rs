//! What a project issued, also what was voided and issued anew.

use songjiao_types::{
    ProjectId, WireEnum,
    hour_records::{HourRecordQuery, HourRecordStatus, HourRecordView, PROJECT_SOURCE},
};
use yew::prelude::*;

use crate::{
    api::hour_records::list_hour_records,
    components::{ButtonLink, Column, DataTable, EmptyState, IconName, IdProps, Link, Section, Tone, badge},
    format,
    hooks::use_query,
    query::encode,
    route::Route,
};

/// The hours that a project issued, the latest first.
#[component]
pub fn IssuedHours(props: &IdProps<ProjectId>) -> Html {
    let of_project = HourRecordQuery {
        project_id: Some(props.id),
        source: Some(PROJECT_SOURCE.to_owned()),
        ..HourRecordQuery::default()
    };
    let query = encode(&of_project);
    let load = use_query(Some(list_hour_records(&HourRecordQuery { limit: Some(500), ..of_project })));
    let columns = use_memo((), |()| columns());
    let all = html! { <ButtonLink to={Route::HourRecords} {query}>{ t!("到学时记录") }</ButtonLink> };
    let empty = html! {
        <EmptyState icon={IconName::Book} title={t!("还没有生成学时")}>
            <p>{ t!("阶段完成后按考勤生成学时，项目结业时认定。") }</p>
        </EmptyState>
    };
    html! {
        <Section title={t!("项目学时")} flush=true actions={all}>
            <DataTable<HourRecordView> caption={t!("项目学时")} columns={(*columns).clone()} {load} {empty} />
        </Section>
    }
}

fn columns() -> Vec<Column<HourRecordView>> {
    vec![
        Column::field("teacher_name", |row: &HourRecordView| {
            html! { <Link to={Route::HourRecord { id: row.id }}>{ &row.teacher_name }</Link> }
        })
        .head(),
        Column::new(t!("培训时间"), |row: &HourRecordView| {
            html! { format::period(Some(row.starts_on), Some(row.ends_on)) }
        }),
        Column::field("hours", |row: &HourRecordView| html! { row.hours.to_string() }).number(),
        Column::field("status", |row: &HourRecordView| {
            let tone = match row.status {
                HourRecordStatus::Recognized => Tone::Success,
                HourRecordStatus::Pending => Tone::Warning,
                _ => Tone::Neutral,
            };
            let status = badge(tone, t!(row.status.label()));
            html! {
                <>
                    { status }
                    { for row.holds.iter().map(|hold| badge(Tone::Info, t!(hold.label()))) }
                </>
            }
        }),
        Column::field("status_reason", |row: &HourRecordView| match &row.status_reason {
            Some(reason) => html! { reason },
            None => html! { <span class="muted">{ "—" }</span> },
        }),
        Column::field("created_at", |row: &HourRecordView| html! { format::date_time(row.created_at) }).unbroken(),
        Column::field("decided_at", |row: &HourRecordView| match row.decided_at {
            Some(at) => html! { format::date_time(at) },
            None => html! { <span class="muted">{ "—" }</span> },
        })
        .unbroken(),
    ]
}
