//! The members of a team: teachers of the county and external experts.

use std::rc::Rc;

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, TeacherId, TeamId, WireEnum,
    teams::{CreateTeamMember, TeamMemberRole, TeamMemberView},
};
use yew::prelude::*;

use crate::{
    api::teams::{add_team_member, list_team_members, remove_team_member},
    components::{
        Button, ButtonKind, CheckboxField, Column, ConfirmDialog, DataTable, DateField, Dialog, EmptyState, FormView,
        IconName, ListDownload, Section, SelectField, Success, TeacherField, TextField, Tone, Work, badge,
        use_reported_action, use_save,
    },
    format,
    hooks::{Errors, bind, both, set_to, use_form, use_query},
    i18n::heading,
};

/// Properties of [`Members`].
#[derive(Properties, PartialEq)]
pub struct MembersProps {
    pub id: TeamId,
    /// The ETag of the team.
    pub etag: String,
    pub may_write: bool,
    /// Reads the team again.
    pub onchange: Callback<()>,
}

/// The open dialog.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    Add,
    Remove(Rc<TeamMemberView>),
}

/// The members of a team.
#[component]
pub fn Members(props: &MembersProps) -> Html {
    let MembersProps { id, etag, may_write, onchange } = props;
    let load = use_query(Some(list_team_members(*id)));
    let open = use_state(|| Open::Nothing);
    let changed = both(&load.reload, onchange);
    let columns = use_memo(*may_write, {
        let open = open.setter();
        move |may_write| columns(*may_write, open)
    });
    let path = list_team_members(*id).path().to_owned();
    let actions = html! {
        <>
            <ListDownload {path} name={t!("团队成员")} />
            if *may_write {
                <Button icon={IconName::Plus} onclick={set_to(&open, Open::Add)}>{ t!("添加成员") }</Button>
            }
        </>
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("还没有成员")}><p>{ t!("先添加负责人，再添加骨干教师和校外专家。") }</p></EmptyState>
    };
    let dialog = match &*open {
        Open::Nothing => Html::default(),
        Open::Add => html! {
            <Dialog open=true wide=true title={t!("添加成员")} onclose={set_to(&open, Open::Nothing)}>
                <AddForm id={*id} onclose={set_to(&open, Open::Nothing)} onchange={changed} />
            </Dialog>
        },
        Open::Remove(member) => html! {
            <RemoveDialog id={*id} etag={etag.clone()} member={member.clone()} onclose={set_to(&open, Open::Nothing)} onchange={changed} />
        },
    };
    html! {
        <Section title={t!("团队成员")} flush=true {actions}>
            <DataTable<TeamMemberView> caption={t!("团队成员")} columns={(*columns).clone()} {load} {empty} />
            { dialog }
        </Section>
    }
}

fn columns(may_write: bool, open: UseStateSetter<Open>) -> Vec<Column<TeamMemberView>> {
    let mut columns = vec![
        Column::field("name", |row: &TeamMemberView| html! { <span class="strong">{ &row.name }</span> }).head(),
        Column::field("role", |row: &TeamMemberView| {
            let tone = match row.role {
                TeamMemberRole::Leader => Tone::Info,
                TeamMemberRole::Expert => Tone::Warning,
                TeamMemberRole::Member => Tone::Neutral,
            };
            badge(tone, t!(row.role.label()))
        }),
        Column::field("teacher_no", |row: &TeamMemberView| match &row.teacher_no {
            Some(number) => html! { <code>{ number }</code> },
            None => html! { <span class="muted">{ t!("校外专家") }</span> },
        })
        .unbroken(),
        Column::field("institution", |row: &TeamMemberView| html! { row.institution.clone().unwrap_or_default() }),
        Column::new(t!("任期"), |row: &TeamMemberView| html! { format::period(Some(row.joined_on), row.left_on) }),
    ];
    if may_write {
        columns.push(
            Column::new(t!("操作"), move |row: &TeamMemberView| {
                if row.left_on.is_some() {
                    return html! { <span class="muted">{ t!("已离开") }</span> };
                }
                let (open, member) = (open.clone(), Rc::new(row.clone()));
                html! {
                    <Button kind={ButtonKind::Quiet} label={t!("移出{name}", name = row.name)}
                        onclick={Callback::from(move |_| open.set(Open::Remove(member.clone())))}>{ t!("移出") }</Button>
                }
            })
            .actions(),
        );
    }
    columns
}

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    outsider: bool,
    teacher_id: Option<TeacherId>,
    name: String,
    institution: String,
    role: Option<TeamMemberRole>,
    joined_on: Option<NaiveDate>,
}

impl Draft {
    fn to_wire(&self) -> Result<CreateTeamMember, Vec<FieldError>> {
        let mut errors = Errors::default();
        if self.outsider {
            errors = Errors::required(&[("/name", &self.name), ("/institution", &self.institution)]);
        } else {
            errors.chosen("/teacher_id", self.teacher_id, t!("请选择教师"));
        }
        let role = errors.chosen("/role", self.role, t!("请选择角色"));
        let of_outsider = |text: &str| self.outsider.then(|| text.trim().to_owned());
        errors.build(|| {
            Some(CreateTeamMember {
                teacher_id: self.teacher_id.filter(|_| !self.outsider),
                name: of_outsider(&self.name),
                institution: of_outsider(&self.institution),
                role: role?,
                joined_on: self.joined_on,
            })
        })
    }
}

#[derive(Properties, PartialEq)]
struct AddFormProps {
    id: TeamId,
    onclose: Callback<()>,
    onchange: Callback<()>,
}

#[component]
fn AddForm(props: &AddFormProps) -> Html {
    let AddFormProps { id, onclose, onchange } = props;
    let id = *id;
    let form = use_form(|| Draft { joined_on: Some(format::today()), ..Draft::default() });
    let done = both(onclose, onchange);
    let submit = use_save(
        &form,
        Draft::to_wire,
        move |client, body| async move { add_team_member(&client, id, &body).await },
        move |added| t!("已添加{added}“{name}”", added = t!(added.value.role.label()), name = added.value.name),
        move |_| done.emit(()),
    );
    let draft = form.draft();
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("添加成员")} oncancel={onclose.clone()} label={t!("添加成员")}>
            <CheckboxField label={t!("校外专家")} hint={t!("高等学校等外单位人员，不在本市教师名册中。")}
                bind={form.bind("/outsider", draft.outsider, |draft, outsider| {
                    draft.outsider = outsider;
                    draft.role = if outsider { Some(TeamMemberRole::Expert) } else { None };
                })} />
            <SelectField<TeamMemberRole> label={heading::<TeamMemberView>("role")} required=true bind={bind!(form.role)} />
            if draft.outsider {
                <TextField label={heading::<TeamMemberView>("name")} required=true maxlength="64" bind={bind!(form.name)} />
                <TextField label={heading::<TeamMemberView>("institution")} required=true maxlength="100" placeholder={t!("如：东北师范大学")}
                    bind={bind!(form.institution)} />
            } else {
                <TeacherField label={t!("教师")} required=true placeholder={t!("输入姓名或教师编号")} bind={bind!(form.teacher_id)} />
            }
            <DateField label={heading::<TeamMemberView>("joined_on")} bind={bind!(form.joined_on)} />
        </FormView>
    }
}

#[derive(Properties, PartialEq)]
struct RemoveDialogProps {
    id: TeamId,
    etag: String,
    member: Rc<TeamMemberView>,
    onclose: Callback<()>,
    onchange: Callback<()>,
}

#[component]
fn RemoveDialog(props: &RemoveDialogProps) -> Html {
    let RemoveDialogProps { id, etag, member, onclose, onchange } = props;
    let (team, member_id, etag) = (*id, member.id, etag.clone());
    let work = Work::new(move |client, ()| {
        let etag = etag.clone();
        async move {
            remove_team_member(&client, team, &etag, member_id).await?;
            Ok(Success::toast(t!("已移出团队")))
        }
    });
    let remove = use_reported_action(&work, onclose.clone(), onchange.clone());
    html! {
        <ConfirmDialog open=true title={t!("将{name}移出团队？", name = member.name)} confirm={t!("移出团队")} busy={remove.busy}
            onconfirm={remove.run} oncancel={onclose.clone()}>
            <p>{ t!("从今天起不再是团队成员，也不能再管理团队的项目；任期和授课学时保留。") }</p>
        </ConfirmDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_wire().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_member_is_a_teacher_or_an_external_expert() {
        assert_eq!(pointers(&Draft::default()), ["/teacher_id", "/role"]);
        let expert = Draft { outsider: true, role: Some(TeamMemberRole::Expert), ..Draft::default() };
        assert_eq!(pointers(&expert), ["/name", "/institution"]);
        let expert = Draft {
            name: "王芳".into(),
            institution: "东北师范大学".into(),
            teacher_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            ..expert
        };
        assert!(expert.to_wire().is_ok_and(|member| member.teacher_id.is_none()));
    }
}
