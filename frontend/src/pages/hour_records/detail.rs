//! One hour record, and what can be decided on it.

use songjiao_types::{
    HourRecordId, Permission, WireEnum,
    hour_records::{HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use super::{decisions::Decisions, list_crumb, source_label, status_badge};
use crate::{
    api::hour_records::find_hour_record,
    components::{ButtonLink, IconName, KeyValues, Link, Notice, PageHeader, Section, Tone, loaded},
    format,
    hooks::use_query,
    pages::teachers::teacher_link,
    route::Route,
    session::use_session,
};

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct DetailPageProps {
    pub id: HourRecordId,
}

/// The page of an hour record.
#[component]
pub fn DetailPage(props: &DetailPageProps) -> Html {
    let load = use_query(Some(find_hour_record(props.id)));
    let reload = load.reload.clone();
    loaded(&load, |record| html! { <Detail record={record.clone()} {reload} /> })
}

#[derive(Properties, PartialEq)]
struct DetailProps {
    record: HourRecordView,
    reload: Callback<()>,
}

#[component]
fn Detail(props: &DetailProps) -> Html {
    let DetailProps { record, reload } = props;
    let session = use_session();
    let again = session.can(Permission::HoursSubmit) && !record.status.is_live();
    let actions = html! {
        <>
            if again {
                <ButtonLink to={Route::NewHourRecord} query={format!("teacher_id={}", record.teacher_id)} icon={IconName::Plus}>{ "重新录入" }</ButtonLink>
            }
            <Decisions record={record.clone()} {reload} />
        </>
    };
    html! {
        <>
            <PageHeader title={record.title.clone()} crumbs={vec![list_crumb()]} beside={status_badge(record)} {actions} />
            { notices(record) }
            <Section title="学时"><KeyValues items={hours(record)} /></Section>
            <Section title="来源与认定"><KeyValues items={origin(record)} /></Section>
        </>
    }
}

fn notices(record: &HourRecordView) -> Html {
    let reason = record.status_reason.clone().unwrap_or_default();
    let duplicate = record.duplicate_of.filter(|_| record.status.is_live()).map(|id| {
        html! {
            <Notice tone={Tone::Warning} title="疑似重复">
                <p>
                    { "另一来源有同一教师、同一年度、同名称、同机构的记录。请核对" }
                    <Link to={Route::HourRecord { id }}>{ "那条记录" }</Link>
                    { "后再认定；同一培训只能计一次。" }
                </p>
            </Notice>
        }
    });
    html! {
        <>
            { duplicate.unwrap_or_default() }
            { match record.status {
                HourRecordStatus::Rejected => html! { <Notice tone={Tone::Danger} title="已驳回，不计学时">{ format!("原因：{reason}") }</Notice> },
                HourRecordStatus::Voided => html! { <Notice tone={Tone::Neutral} title="已作废，不计学时">{ format!("原因：{reason}") }</Notice> },
                HourRecordStatus::Pending => html! { <Notice title="待认定">{ "由教师进修学校或教育局认定后计入学时。" }</Notice> },
                HourRecordStatus::Recognized => Html::default(),
            } }
        </>
    }
}

fn hours(record: &HourRecordView) -> Vec<(AttrValue, Html)> {
    let (level, tier) = (record.level.label(), record.tier.label());
    let level = if level == tier {
        html! { level }
    } else {
        html! { format!("{level}（{tier}）") }
    };
    vec![
        (
            "教师".into(),
            html! { <>{ teacher_link(record.teacher_id, &record.teacher_name) }{ format!("（{}）", record.teacher_no) }</> },
        ),
        (
            "当时任职单位".into(),
            html! { <Link to={Route::Organization { id: record.organization_id }}>{ &record.organization_name }</Link> },
        ),
        ("获得学时".into(), html! { <strong>{ format!("{} 学时", record.hours) }</strong> }),
        ("培训年度".into(), html! { format!("{} 年度", record.training_year) }),
        ("培训时间".into(), html! { format::period(Some(record.starts_on), Some(record.ends_on)) }),
        ("培训类别".into(), level),
        ("培训方式".into(), html! { record.mode.label() }),
        ("机构名称".into(), html! { &record.institution }),
    ]
}

fn origin(record: &HourRecordView) -> Vec<(AttrValue, Html)> {
    let mut items = vec![
        ("来源".into(), html! { source_label(&record.source) }),
        ("登记时间".into(), html! { format::date_time(record.created_at) }),
        ("状态".into(), html! { record.status.label() }),
    ];
    if let Some(id) = &record.external_id {
        items.insert(1, ("来源编号".into(), html! { <code>{ id }</code> }));
    }
    if let Some(at) = record.decided_at {
        items.push(("决定时间".into(), html! { format::date_time(at) }));
    }
    items
}
