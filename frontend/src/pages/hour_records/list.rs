//! The list of hour records, and the recognising of several at once.

use std::collections::HashSet;

use songjiao_types::{
    HourRecordId, Hours, Permission, WireEnum,
    hour_records::{
        HourRecordStatus, HourRecordView, IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE, RecognizeHourRecords,
    },
    training::{TrainingLevel, TrainingMode},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{source_label, status_badge, title_link};
use crate::{
    api::hour_records::{FILTERS, list_hour_records, recognize_hour_records},
    calendar::Calendar,
    components::{
        Button, ButtonKind, ButtonLink, ChoiceFilter, Column, ConfirmDialog, Crumb, DataTable, EmptyState,
        ExportButton, FilterBar, FlagFilter, IconName, OptionFilter, OrganizationFilter, PageHeader, Pager,
        SearchFilter, Section, TeacherFilter, use_toasts,
    },
    format,
    hooks::{use_action, use_list, use_policies, use_query_keeping},
    pages::teachers::teacher_link,
    route::Route,
    session::use_session,
};

/// The hour records in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(FILTERS, "-created");
    let request = list.request();
    let load = use_query_keeping(Some(list_hour_records(&request)));
    let policies = use_policies();
    let selected = use_state(HashSet::<HourRecordId>::new);
    {
        // What is chosen is in sight, or not chosen.
        let selected = selected.clone();
        use_effect_with(request.encode(), move |_| selected.set(HashSet::new()));
    }
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let recognizes = session.can(Permission::HoursRecognize);
    let pending: Vec<&HourRecordView> = rows.iter().filter(|row| row.status == HourRecordStatus::Pending).collect();
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
    let years = policies.value().map(|policies| Calendar::of(&policies.items, format::today()).year_options());
    let sources = [MANUAL_SOURCE, PROJECT_SOURCE, IMPORT_SOURCE];
    let sources: Vec<_> = sources.into_iter().map(|source| (source.into(), source_label(source).into())).collect();
    let add = html! {
        if session.can(Permission::HoursSubmit) {
            <ButtonLink to={Route::NewHourRecord} kind={ButtonKind::Primary} icon={IconName::Plus}>{ "录入学时" }</ButtonLink>
        }
    };
    let import = html! {
        if session.can(Permission::ImportsWrite) && session.can(Permission::HoursSubmit) {
            <ButtonLink to={Route::Imports} query="kind=hour_records" icon={IconName::Upload}>{ "批量导入" }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Clock} title="还没有学时记录">
            <p>{ "项目结业时自动发放学时；校本研修和外出培训的学时由学校录入或批量导入。" }</p>
            { add.clone() }{ import.clone() }
        </EmptyState>
    };
    html! {
        <>
            <PageHeader title="学时记录" crumbs={vec![Crumb::to("工作台", Route::Home)]} actions={html! { <><ExportButton<HourRecordView> name="学时记录" query={list.selection()} />{ import }{ add }</> }}
                subtitle="只有已认定的学时计入年度学时和五年学分。记录只能认定、驳回或作废，不能修改和删除。" />
            <Section flush=true>
                <FilterBar list={list.clone()}>
                    <SearchFilter list={list.clone()} name="q" label="项目、机构或教师" />
                    <ChoiceFilter<HourRecordStatus> list={list.clone()} name="status" label="状态" />
                    <OptionFilter list={list.clone()} name="training_year" label="培训年度" options={years.unwrap_or_default()} />
                    <ChoiceFilter<TrainingLevel> list={list.clone()} name="level" label="培训类别" />
                    <ChoiceFilter<TrainingMode> list={list.clone()} name="mode" label="培训方式" />
                    <OptionFilter list={list.clone()} name="source" label="来源" options={sources} />
                    <OrganizationFilter list={list.clone()} name="organization_id" label="单位" placeholder="全部" />
                    <TeacherFilter list={list.clone()} name="teacher_id" label="教师" placeholder="全部" />
                    <FlagFilter list={list.clone()} name="suspected" label="疑似重复" />
                </FilterBar>
                if recognizes && !pending.is_empty() {
                    <Selection pending={pending.into_iter().cloned().collect::<Vec<_>>()} selected={(*selected).clone()}
                        onselect={Callback::from(move |ids| selected.set(ids))} reload={load.reload.clone()} />
                }
                <DataTable<HourRecordView> caption="学时记录列表" {columns} load={load.clone()} list={list.clone()} {empty} />
                <Pager<HourRecordView> {list} {load} unit="条记录" />
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
        columns.push(Column::new("选择", move |row: &HourRecordView| {
            if row.status != HourRecordStatus::Pending {
                return Html::default();
            }
            let id = row.id;
            let onchange =
                toggle.reform(move |event: Event| (id, event.target_unchecked_into::<HtmlInputElement>().checked()));
            html! {
                <input type="checkbox" class="check" checked={selected.contains(&id)} {onchange}
                    aria-label={format!("选择{}的“{}”", row.teacher_name, row.title)} />
            }
        }));
    }
    columns.extend([
        Column::new("项目名称", title_link).head().total(html! { "本页合计" }),
        Column::new("教师", |row: &HourRecordView| teacher_link(row.teacher_id, &row.teacher_name)).unbroken(),
        Column::new("任职单位", |row: &HourRecordView| html! { &row.organization_name }),
        Column::new("年度", |row: &HourRecordView| html! { row.training_year }).sorted_by("training_year").unbroken(),
        Column::new("类别", |row: &HourRecordView| html! { row.level.label() }).unbroken(),
        Column::new("方式", |row: &HourRecordView| html! { row.mode.label() }).unbroken(),
        Column::new("结束日期", |row: &HourRecordView| html! { format::date(row.ends_on) })
            .sorted_by("ends_on")
            .unbroken(),
        Column::new("学时", |row: &HourRecordView| html! { row.hours.to_string() })
            .number()
            .total(html! { <>{ format!("已认定 {counted}") }<br />{ format!("待认定 {waiting}") }</> }),
        Column::new("来源", |row: &HourRecordView| html! { source_label(&row.source) }),
        Column::new("状态", status_badge),
    ]);
    columns
}

#[derive(Properties, PartialEq)]
struct SelectionProps {
    /// Those of the page that can be chosen.
    pending: Vec<HourRecordView>,
    selected: HashSet<HourRecordId>,
    onselect: Callback<HashSet<HourRecordId>>,
    reload: Callback<()>,
}

/// How many are chosen, and what can be done with them.
#[component]
fn Selection(props: &SelectionProps) -> Html {
    let SelectionProps { pending, selected, onselect, reload } = props;
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let chosen: Vec<&HourRecordView> = pending.iter().filter(|row| selected.contains(&row.id)).collect();
    let (count, hours) = (chosen.len(), chosen.iter().map(|row| row.hours).sum::<Hours>());
    let suspected = chosen.iter().filter(|row| row.duplicate_of.is_some()).count();
    let recognize = {
        let (asking, reload, onselect) = (asking.clone(), reload.clone(), onselect.clone());
        use_action(
            |client, body: RecognizeHourRecords| async move { recognize_hour_records(&client, &body).await },
            move |outcome| {
                asking.set(false);
                match outcome {
                    Ok(()) => {
                        toasts.success(format!("已认定 {count} 条记录，共 {hours} 学时"));
                        onselect.emit(HashSet::new());
                    }
                    Err(error) => toasts.failure(&error),
                }
                reload.emit(());
            },
        )
    };
    let confirm = {
        let ids: Vec<HourRecordId> = chosen.iter().map(|row| row.id).collect();
        recognize.run.reform(move |()| RecognizeHourRecords { ids: ids.clone() })
    };
    let ask = |open: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(open))
    };
    let all = {
        let ids: HashSet<HourRecordId> = pending.iter().map(|row| row.id).collect();
        onselect.reform(move |_: MouseEvent| ids.clone())
    };
    let none = onselect.reform(|_: MouseEvent| HashSet::new());
    html! {
        <div class="selection" role="group" aria-label="批量认定">
            <p aria-live="polite">
                { format!("本页有 {} 条待认定", pending.len()) }
                if count > 0 { <strong>{ format!("，已选 {count} 条，共 {hours} 学时") }</strong> }
            </p>
            if count < pending.len() { <Button kind={ButtonKind::Quiet} onclick={all}>{ "全选本页待认定" }</Button> }
            if count > 0 {
                <Button kind={ButtonKind::Quiet} onclick={none}>{ "取消选择" }</Button>
                <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={ask(true).reform(|_| ())}>{ "认定所选" }</Button>
            }
            <ConfirmDialog open={*asking} title={format!("认定所选的 {count} 条记录？")} confirm="认定" danger=false
                busy={recognize.busy} onconfirm={confirm} oncancel={ask(false)}>
                <p>{ format!("共 {hours} 学时。认定后计入教师的年度学时和五年学分，只能以作废更正。") }</p>
                if suspected > 0 {
                    <p><strong>{ format!("其中 {suspected} 条疑似与其他来源的记录重复，请先逐条核对。") }</strong></p>
                }
            </ConfirmDialog>
        </div>
    }
}
