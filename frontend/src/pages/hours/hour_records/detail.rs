//! One hour record.

use songjiao_types::{
    HourRecordId, Permission, WireEnum,
    hour_records::{HourRecordQuery, HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use super::{
    common::{list_crumb, source_label, status_badge},
    decisions::decisions,
};
use crate::{
    api::hour_records::find_hour_record,
    components::{
        ButtonLink, IconName, IdProps, KeyValues, Link, Notice, OrganizationLink, PageHeader, Section, Tone, loaded,
    },
    format,
    hooks::use_query,
    i18n::heading,
    pages::people::teachers::teacher_link,
    query::encode,
    route::Route,
    session::use_session,
};

/// The page of an hour record.
#[component]
pub fn DetailPage(props: &IdProps<HourRecordId>) -> Html {
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
    let recognizes = session.can(Permission::HoursRecognize);
    // A team sees what its projects issued to the teacher, not what other sources say.
    let sees_others =
        session.me().is_some_and(|me| !me.role.sees_by_assignment() || me.teacher_id == Some(record.teacher_id));
    let again = session.can(Permission::HoursSubmit) && !record.status.is_live();
    let actions = html! {
        <>
            if again {
                <ButtonLink to={Route::NewHourRecord} query={encode(&HourRecordQuery { teacher_id: Some(record.teacher_id), ..Default::default() })} icon={IconName::Plus}>{ t!("重新录入") }</ButtonLink>
            }
            if recognizes { { decisions(record, reload) } }
        </>
    };
    html! {
        <>
            <PageHeader title={record.title.clone()} crumbs={vec![list_crumb()]} beside={status_badge(record)} {actions} />
            { notices(record, recognizes, sees_others) }
            <Section title={t!("学时")}><KeyValues items={hours(record)} /></Section>
            <Section title={t!("来源与认定")}><KeyValues items={origin(record)} /></Section>
        </>
    }
}

fn notices(record: &HourRecordView, recognizes: bool, sees_others: bool) -> Html {
    let reason = record.status_reason.clone().unwrap_or_default();
    let duplicate = record.duplicate_of.filter(|_| record.status == HourRecordStatus::Pending).map(|id| {
        html! {
            <Notice tone={Tone::Warning} title={t!("疑似重复")}>
                <p>
                    { t!("另一来源有同一教师、同一年度、同名称、同机构的记录。请核对") }
                    if sees_others {
                        <Link to={Route::HourRecord { id }}>{ t!("那条记录") }</Link>
                    } else {
                        { t!("那条记录") }
                    }
                    { t!("后再认定；同一培训只能计一次。") }
                </p>
                if recognizes {
                    <ButtonLink to={Route::SuspectedDuplicates} query={format!("id={}", record.id)}>{ t!("核对并处理") }</ButtonLink>
                }
            </Notice>
        }
    });
    html! {
        <>
            { duplicate.unwrap_or_default() }
            { match record.status {
                HourRecordStatus::Rejected => html! { <Notice tone={Tone::Danger} title={t!("已驳回，不计学时")}>{ t!("原因：{reason}", reason) }</Notice> },
                HourRecordStatus::Voided => html! { <Notice tone={Tone::Neutral} title={t!("已作废，不计学时")}>{ t!("原因：{reason}", reason) }</Notice> },
                HourRecordStatus::Pending => html! { <Notice title={t!("待认定")}>{ t!("由教师进修学校或教育局认定后计入学时。") }</Notice> },
                HourRecordStatus::Recognized => Html::default(),
            } }
        </>
    }
}

fn hours(record: &HourRecordView) -> Vec<(AttrValue, Html)> {
    let (level, tier) = (t!(record.level.label()), t!(record.tier.label()));
    let level = if level == tier {
        html! { level }
    } else {
        html! { t!("{level}（{tier}）", level, tier) }
    };
    vec![
        (
            heading::<HourRecordView>("teacher_name"),
            html! { <>{ teacher_link(record.teacher_id, &record.teacher_name) }{ t!("（{teacher_no}）", teacher_no = record.teacher_no) }</> },
        ),
        (
            heading::<HourRecordView>("organization_name"),
            html! { <OrganizationLink id={record.organization_id} name={record.organization_name.clone()} /> },
        ),
        (heading::<HourRecordView>("hours"), html! { <strong>{ t!("{hours} 学时", hours = record.hours) }</strong> }),
        (
            heading::<HourRecordView>("training_year"),
            html! { t!("{training_year} 年度", training_year = record.training_year) },
        ),
        (t!("培训时间").into(), html! { format::period(Some(record.starts_on), Some(record.ends_on)) }),
        (heading::<HourRecordView>("level"), level),
        (heading::<HourRecordView>("mode"), html! { t!(record.mode.label()) }),
        (
            heading::<HourRecordView>("dimension"),
            html! { record.dimension.map_or("—", |dimension| t!(dimension.label())) },
        ),
        (heading::<HourRecordView>("institution"), html! { &record.institution }),
    ]
}

fn origin(record: &HourRecordView) -> Vec<(AttrValue, Html)> {
    let mut items = vec![
        (heading::<HourRecordView>("source"), html! { source_label(&record.source) }),
        (heading::<HourRecordView>("created_at"), html! { format::date_time(record.created_at) }),
        (heading::<HourRecordView>("status"), html! { t!(record.status.label()) }),
    ];
    if let Some(id) = &record.external_id {
        items.insert(1, (heading::<HourRecordView>("external_id"), html! { <code>{ id }</code> }));
    }
    if let Some(at) = record.decided_at {
        items.push((heading::<HourRecordView>("decided_at"), html! { format::date_time(at) }));
    }
    items
}
