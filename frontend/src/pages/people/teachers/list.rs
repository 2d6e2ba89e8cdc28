//! The list of teachers.

use std::{collections::BTreeSet, rc::Rc};

use songjiao_types::{
    Permission, TeacherId, WireEnum,
    imports::{ImportKind, ImportQuery},
    teachers::{TeacherQuery, TeacherSort, TeacherStatus, TeacherView},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::common::{marks, status_badge, teacher_link};
use crate::{
    api::teachers::list_teachers,
    components::{
        Button, ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, FlagFilter,
        IconName, ListOutput, OptionFilter, OrganizationFilter, OrganizationLink, PageHeader, SearchFilter, Section,
    },
    hooks::{both, filter, set_to, use_list, use_query_keep_previous},
    pages::people::appointments::TransferDialog,
    query::encode,
    route::Route,
    session::use_session,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "teacher_no",
    "name",
    "gender",
    "organization_code",
    "organization_name",
    "subject",
    "stage",
    "title",
    "backbone",
    "joined_on",
    "left_on",
    "status",
];

/// The teachers picked on any page of the list.
type Picked = Rc<BTreeSet<TeacherId>>;

/// The teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(TeacherQuery { sort: Some(TeacherSort::TeacherNo), ..Default::default() });
    let load = use_query_keep_previous(Some(list_teachers(&list.request())));
    let may_write = session.can(Permission::TeachersWrite);
    let picked = use_state(Picked::default);
    let columns = use_memo((may_write, (*picked).clone()), {
        let setter = picked.setter();
        move |(may_write, picked)| columns(may_write.then_some((picked, &setter)))
    });
    let transferring = use_state(|| false);
    let transferred = both(&set_to(&transferring, false), &both(&set_to(&picked, Picked::default()), &load.reload));
    let import = html! {
        if may_write && session.can(Permission::ImportsWrite) {
            <ButtonLink to={Route::Imports} query={encode(&ImportQuery { kind: Some(ImportKind::Teachers), ..Default::default() })} icon={IconName::Upload}>{ t!("批量导入") }</ButtonLink>
        }
    };
    let waiting = html! {
        if session.can(Permission::AppointmentsConfirm) {
            <ButtonLink to={Route::Appointments} icon={IconName::Check}>{ t!("待确认的任职") }</ButtonLink>
        }
    };
    let add = html! {
        if may_write {
            <ButtonLink to={Route::NewTeacher} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("新增教师") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("还没有教师")}>
            <p>{ t!("登记教师之后，才能选派学员、登记学时。人数较多时可用 CSV 文件批量导入。") }</p>
            { add.clone() }{ import.clone() }
        </EmptyState>
    };
    let subjects = SUBJECTS.iter().map(|subject| ((*subject).into(), (*subject).into())).collect::<Vec<_>>();
    html! {
        <>
            <PageHeader title={t!("教师")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<TeacherView> name={t!("教师")} get={list_teachers(&list.query)} printed={PRINTED} />{ waiting }{ import }{ add }</> }}
                subtitle={t!("学时随人走：教师调动后，以往的学时仍记在本人名下。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                    <OptionFilter filter={filter!(list, subject)} label={t!("学科")} options={subjects} />
                    <ChoiceFilter<Stage> filter={filter!(list, stage)} label={t!("学段")} />
                    <ChoiceFilter<TeacherStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <FlagFilter filter={filter!(list, in_post)} label={t!("今日在岗")} />
                    <FlagFilter filter={filter!(list, backbone)} label={t!("骨干教师")} />
                </FilterBar>
                if may_write { { selection(&picked, load.value().map(|page| page.items.as_slice()).unwrap_or_default(), &set_to(&transferring, true)) } }
                <TransferDialog open={*transferring} teachers={picked.iter().copied().collect::<Vec<_>>()} who={t!("所选 {count} 人", count = picked.len())}
                    ondone={transferred} onclose={set_to(&transferring, false)} />
                <DataTable<TeacherView> caption={t!("教师列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("名教师")} {empty} />
            </Section>
        </>
    }
}

/// The number of picked teachers, and the actions on them.
fn selection(picked: &UseStateHandle<Picked>, rows: &[TeacherView], transfer: &Callback<MouseEvent>) -> Html {
    if picked.is_empty() {
        return Html::default();
    }
    let all = {
        let (now, setter) = ((**picked).clone(), picked.setter());
        let ids: Vec<TeacherId> = rows.iter().map(|row| row.id).collect();
        Callback::from(move |_: MouseEvent| setter.set(Rc::new(now.iter().chain(&ids).copied().collect())))
    };
    let none = set_to::<_, MouseEvent>(picked, Picked::default());
    html! {
        <div class="selection" role="group" aria-label={t!("批量操作")}>
            <p aria-live="polite">{ t!("已选 {count} 人", count = picked.len()) }</p>
            <Button kind={ButtonKind::Quiet} onclick={all}>{ t!("全选本页") }</Button>
            <Button kind={ButtonKind::Quiet} onclick={none}>{ t!("取消选择") }</Button>
            <Button icon={IconName::Building} onclick={transfer.clone()}>{ t!("调动所选") }</Button>
        </div>
    }
}

/// A teacher's name, with a checkbox if teachers may be picked.
fn name_column(choice: Option<(&Picked, &UseStateSetter<Picked>)>) -> Column<TeacherView> {
    let choice = choice.map(|(picked, setter)| (picked.clone(), setter.clone()));
    Column::field("name", move |row: &TeacherView| {
        let Some((picked, setter)) = choice.clone() else { return teacher_link(row.id, &row.name) };
        let id = row.id;
        let checked = picked.contains(&id);
        let toggle = Callback::from(move |_: Event| {
            let mut now = (*picked).clone();
            if !now.remove(&id) {
                now.insert(id);
            }
            setter.set(Rc::new(now));
        });
        html! {
            <span class="pick">
                <input type="checkbox" {checked} onchange={toggle} aria-label={t!("选择{name}", name = row.name)} />
                { teacher_link(row.id, &row.name) }
            </span>
        }
    })
}

fn columns(choice: Option<(&Picked, &UseStateSetter<Picked>)>) -> Vec<Column<TeacherView>> {
    vec![
        Column::field("teacher_no", |row: &TeacherView| html! { &row.teacher_no }).sorted_by("teacher_no").unbroken(),
        name_column(choice).sorted_by("name").head(),
        Column::field("organization_name", |row: &TeacherView| {
            html! { <OrganizationLink id={row.organization.id} name={row.organization.name.clone()} /> }
        }),
        Column::field("subject", |row: &TeacherView| html! { &row.subject }),
        Column::field("stage", |row: &TeacherView| html! { t!(row.stage.label()) }),
        Column::field("title", |row: &TeacherView| html! { row.title.clone().unwrap_or_default() }),
        Column::field("status", |row: &TeacherView| html! { <>{ status_badge(row.status) }{ marks(row) }</> }),
    ]
}
