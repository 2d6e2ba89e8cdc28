//! The list of hour records.

use std::collections::HashSet;

use songjiao_types::{
    HourRecordId, Hours, Permission, WireEnum,
    hour_records::{
        HourRecordFlag, HourRecordHold, HourRecordQuery, HourRecordSort, HourRecordStatus, HourRecordView,
        IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE,
    },
    imports::{ImportKind, ImportQuery},
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    common::{source_label, status_badge, title_link},
    selection::{Selection, Unrecognized, not_recognized},
};
use crate::{
    api::hour_records::list_hour_records,
    calendar::Calendar,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, FlagFilter, IconName,
        ListOutput, OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section, TeacherFilter,
    },
    format,
    hooks::{filter, use_calendar, use_list, use_query_keep_previous},
    pages::people::teachers::teacher_link,
    query::encode,
    route::Route,
    session::use_session,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "teacher_no",
    "teacher_name",
    "organization_name",
    "training_year",
    "level",
    "title",
    "institution",
    "mode",
    "dimension",
    "hours",
    "starts_on",
    "ends_on",
    "source",
    "external_id",
    "status",
    "holds",
    "flags",
    "status_reason",
];

/// The hour records in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(HourRecordQuery { sort: Some(HourRecordSort::CreatedDesc), ..Default::default() });
    let request = list.request();
    let load = use_query_keep_previous(Some(list_hour_records(&request)));
    let calendar = use_calendar();
    let selected = use_state(HashSet::<HourRecordId>::new);
    {
        // Another page of the list clears the selection, so that all selected records are visible.
        let selected = selected.clone();
        use_effect_with(request.clone(), move |_| selected.set(HashSet::new()));
    }
    let unrecognized = use_state(Unrecognized::new);
    let set_unrecognized = {
        let unrecognized = unrecognized.clone();
        Callback::from(move |found| unrecognized.set(found))
    };
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let recognizes = session.can(Permission::HoursRecognize);
    let pending: Vec<&HourRecordView> = rows.iter().filter(|row| row.hold == Some(HourRecordHold::Decision)).collect();
    let toggle = {
        let selected = selected.clone();
        Callback::from(move |(id, chosen): (HourRecordId, bool)| {
            let mut next = (*selected).clone();
            if chosen {
                next.insert(id);
            } else {
                next.remove(&id);
            }
            selected.set(next);
        })
    };
    let columns = columns(rows, (recognizes && !pending.is_empty()).then(|| (selected.clone(), toggle)));
    let years = calendar.value().map(|calendar| Calendar::of(calendar).year_options());
    let sources = [MANUAL_SOURCE, PROJECT_SOURCE, IMPORT_SOURCE];
    let sources: Vec<_> = sources.into_iter().map(|source| (source.into(), source_label(source).into())).collect();
    let add = html! {
        if session.can(Permission::HoursSubmit) {
            <ButtonLink to={Route::NewHourRecord} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("录入学时") }</ButtonLink>
        }
    };
    let bulk = html! {
        if recognizes {
            <ButtonLink to={Route::DecideHourRecords} query={encode(&list.query)} icon={IconName::Check}>{ t!("按条件批量处理") }</ButtonLink>
        }
    };
    let import = html! {
        if session.can(Permission::ImportsWrite) && session.can(Permission::HoursSubmit) {
            <ButtonLink to={Route::Imports} query={encode(&ImportQuery { kind: Some(ImportKind::HourRecords), ..Default::default() })} icon={IconName::Upload}>{ t!("批量导入") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Clock} title={t!("还没有学时记录")}>
            <p>{ t!("项目结业时自动发放学时；校本研修和外出培训的学时由学校录入或批量导入。") }</p>
            { add.clone() }{ import.clone() }
        </EmptyState>
    };
    html! {
        <>
            <PageHeader title={t!("学时记录")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<HourRecordView> name={t!("学时记录")} get={list_hour_records(&list.query)} printed={PRINTED} />{ bulk }{ import }{ add }</> }}
                subtitle={t!("只有已认定的学时计入年度学时和五年学分。记录只能认定、驳回或作废，不能修改和删除。按任职单位统计：学时计入取得时任职的单位。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("项目、机构或教师")} />
                    <ChoiceFilter<HourRecordStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <OptionFilter filter={filter!(list, training_year)} label={t!("培训年度")} options={years.unwrap_or_default()} />
                    <ChoiceFilter<TrainingLevel> filter={filter!(list, level)} label={t!("培训类别")} />
                    <ChoiceFilter<TrainingMode> filter={filter!(list, mode)} label={t!("培训方式")} />
                    <ChoiceFilter<TrainingDimension> filter={filter!(list, dimension)} label={t!("三修")} />
                    <OptionFilter filter={filter!(list, source)} label={t!("来源")} options={sources} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                    <TeacherFilter filter={filter!(list, teacher_id)} label={t!("教师")} placeholder={t!("全部")} />
                    <ChoiceFilter<HourRecordHold> filter={filter!(list, hold)} label={t!("等待事项")} />
                    <ChoiceFilter<HourRecordFlag> filter={filter!(list, flag)} label={t!("异常情况")} />
                    <FlagFilter filter={filter!(list, suspected)} label={t!("疑似重复")} />
                </FilterBar>
                { not_recognized(&unrecognized, { let unrecognized = unrecognized.clone(); Callback::from(move |()| unrecognized.set(Vec::new())) }) }
                if recognizes && !pending.is_empty() {
                    <Selection onunrecognized={set_unrecognized} pending={pending.into_iter().cloned().collect::<Vec<_>>()} selected={(*selected).clone()}
                        onselect={Callback::from(move |ids| selected.set(ids))} reload={load.reload.clone()} />
                }
                <DataTable<HourRecordView> caption={t!("学时记录列表")} {columns} {load} list={list.erase()} unit={t!("条记录")} {empty} />
            </Section>
        </>
    }
}

type Choice = (UseStateHandle<HashSet<HourRecordId>>, Callback<(HourRecordId, bool)>);

fn columns(rows: &[HourRecordView], choice: Option<Choice>) -> Vec<Column<HourRecordView>> {
    let sum = |counts: fn(HourRecordStatus) -> bool| -> Hours {
        rows.iter().filter(|row| counts(row.status)).map(|row| row.hours).sum()
    };
    let counted = sum(|status| status == HourRecordStatus::Recognized);
    let waiting = sum(|status| status == HourRecordStatus::Pending);
    let mut columns = Vec::new();
    if let Some((selected, toggle)) = choice {
        columns.push(Column::new(t!("选择"), move |row: &HourRecordView| {
            if row.hold != Some(HourRecordHold::Decision) {
                return Html::default();
            }
            let id = row.id;
            let onchange =
                toggle.reform(move |event: Event| (id, event.target_unchecked_into::<HtmlInputElement>().checked()));
            html! {
                <input type="checkbox" class="check" checked={selected.contains(&id)} {onchange}
                    aria-label={t!("选择{teacher_name}的“{title}”", teacher_name = row.teacher_name, title = row.title)} />
            }
        }).fixed());
    }
    columns.extend([
        Column::field("title", title_link).head().total(html! { t!("本页合计") }),
        Column::field("teacher_name", |row: &HourRecordView| teacher_link(row.teacher_id, &row.teacher_name))
            .unbroken(),
        Column::field("organization_name", |row: &HourRecordView| html! { &row.organization_name }),
        Column::field("training_year", |row: &HourRecordView| html! { row.training_year })
            .sorted_by("training_year")
            .unbroken(),
        Column::field("level", |row: &HourRecordView| html! { t!(row.level.label()) }).unbroken(),
        Column::field("mode", |row: &HourRecordView| html! { t!(row.mode.label()) }).unbroken(),
        Column::field("ends_on", |row: &HourRecordView| html! { format::date(row.ends_on) })
            .sorted_by("ends_on")
            .unbroken(),
        Column::field("hours", |row: &HourRecordView| html! { row.hours.to_string() })
            .number()
            .total(html! { <>{ t!("已认定 {counted}", counted) }<br />{ t!("待认定 {waiting}", waiting) }</> }),
        Column::field("source", |row: &HourRecordView| html! { source_label(&row.source) }),
        Column::field("status", status_badge),
    ]);
    columns
}
