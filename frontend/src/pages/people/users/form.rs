//! The pages that create and edit a user.

use std::rc::Rc;

use songjiao_types::{
    FieldError, OrganizationId, Role, TeacherId, UserId,
    auth::PASSWORD_MIN,
    users::{CreateUser, UpdateUser, UserQuery, UserView},
};
use yew::prelude::*;

use super::common::list_crumb;
use crate::{
    api::{
        teachers::find_teacher,
        users::{create_user, find_user, update_user},
    },
    components::{
        EditForm, Extras, FormPage, IdProps, Notice, OrganizationField, PasswordField, SelectField, TeacherField,
        TextField, edit_page, loaded, save_with, use_create,
    },
    hooks::{Errors, Form, bind, check, code_text, required, use_page_form, use_query, use_url_query},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    username: String,
    name: String,
    /// The teacher that the user is.
    teacher_id: Option<TeacherId>,
    password: String,
    role: Option<Role>,
    organization_id: Option<OrganizationId>,
    /// `None`: the user's own organization.
    scope_organization_id: Option<OrganizationId>,
}

impl Draft {
    fn of(user: &UserView) -> Self {
        Self {
            username: user.username.clone(),
            name: user.name.clone(),
            teacher_id: user.teacher_id,
            password: String::new(),
            role: Some(user.role),
            organization_id: Some(user.organization.id),
            scope_organization_id: (user.scope.id != user.organization.id).then_some(user.scope.id),
        }
    }

    fn chosen(&self) -> Result<(Role, OrganizationId), Vec<FieldError>> {
        let mut errors = Errors::default();
        let role = errors.chosen("/role", self.role, t!("请选择角色"));
        if role.is_some_and(is_teacher) {
            errors.chosen("/teacher_id", self.teacher_id, t!("请选择该用户对应的教师"));
        }
        let organization = errors.chosen("/organization_id", self.organization_id, t!("请选择所在单位"));
        errors.finish()?;
        role.zip(organization).ok_or_else(Vec::new)
    }

    fn to_create(&self) -> Result<CreateUser, Vec<FieldError>> {
        required(&[("/username", &self.username), ("/name", &self.name), ("/password", &self.password)])?;
        let (role, organization_id) = self.chosen()?;
        check(CreateUser {
            username: code_text(&self.username),
            name: self.name.trim().to_owned(),
            password: self.password.clone(),
            role,
            organization_id,
            scope_organization_id: self.scope_organization_id,
            teacher_id: self.teacher_id,
        })
    }

    fn to_update(&self) -> Result<UpdateUser, Vec<FieldError>> {
        required(&[("/name", &self.name)])?;
        let (role, organization_id) = self.chosen()?;
        check(UpdateUser {
            name: Some(self.name.trim().to_owned()),
            role: Some(role),
            organization_id: Some(organization_id),
            // Sent even where it is the user's own organization: if absent, the previous scope would stay.
            scope_organization_id: Some(self.scope_organization_id.unwrap_or(organization_id)),
            teacher_id: Some(self.teacher_id),
            ..UpdateUser::default()
        })
    }
}

/// Roles whose rights follow from the teacher that the user is.
fn is_teacher(role: Role) -> bool {
    matches!(role, Role::Teacher | Role::TeamLeader | Role::TeamMember)
}

fn name_field(form: &Form<Draft>) -> Html {
    html! { <TextField label={heading::<UserView>("name")} required=true maxlength="64" bind={bind!(form.name)} /> }
}

/// The fields of both pages.
fn shared_fields(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TeacherField label={t!("对应的教师")} required={form.draft().role.is_some_and(is_teacher)} placeholder={t!("输入姓名或教师编号")}
                hint={t!("教师、送培团队负责人和成员必选，选后填入姓名和单位。")} bind={bind!(form.teacher_id)} />
            { name_field(form) }
            <SelectField<Role> label={heading::<UserView>("role")} required=true hint={t!("决定能做什么。")} bind={bind!(form.role)} />
            <OrganizationField label={t!("所在单位")} required=true bind={bind!(form.organization_id)} />
            <OrganizationField label={heading::<UserView>("scope_name")} placeholder={t!("与所在单位相同")} hint={t!("能看到该单位及其下属单位的数据。不选则与所在单位相同。")}
                bind={bind!(form.scope_organization_id)} />
        </>
    }
}

/// Creates a user, at `?organization_id=` if given.
#[component]
pub fn CreatePage() -> Html {
    let query: UserQuery = use_url_query().read();
    let form = use_page_form(|| Draft { organization_id: query.organization_id, ..Draft::default() });
    let teacher = use_query(form.draft().teacher_id.map(find_teacher));
    {
        let form = form.clone();
        use_effect_with(teacher.value().map(|teacher| teacher.id), move |_| {
            if let Some(teacher) = teacher.value() {
                let (name, organization) = (teacher.name.clone(), teacher.organization.id);
                form.edit(move |draft| {
                    draft.name = name;
                    draft.organization_id = Some(organization);
                });
            }
        });
    }
    let submit = use_create(
        &form,
        Draft::to_create,
        |client, body| async move { create_user(&client, &body).await },
        |created| t!("已新增用户“{name}”，请告知本人初始密码", name = created.name),
        |created| Route::User { id: created.id },
    );
    html! {
        <FormPage title={t!("新增用户")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} cancel={Route::Users}>
            <TextField label={heading::<UserView>("username")} required=true maxlength="64" autofocus=true
                hint={t!("登录时使用，由字母、数字和 - _ . 组成。开设后不能修改。")} bind={bind!(form.username)} />
            <PasswordField label={t!("初始密码")} autocomplete="new-password"
                hint={t!("至少 {PASSWORD_MIN} 个字符。用户首次登录时须自行修改。", PASSWORD_MIN)} bind={bind!(form.password)} />
            { shared_fields(&form) }
        </FormPage>
    }
}

/// Edits a user.
#[component]
pub fn EditPage(props: &IdProps<UserId>) -> Html {
    let id = props.id;
    let session = use_session();
    let load = use_query(Some(find_user(id)));
    loaded(&load, |user| {
        let own = session.me().is_some_and(|me| me.id == id);
        let hint = html! {
            if own { <Notice>{ t!("这是您自己的账号：只能修改姓名，角色和管理范围须由其他管理员修改。") }</Notice> }
        };
        let form = EditForm {
            title: t!("编辑用户"),
            list: list_crumb(),
            name: user.name.clone(),
            page: Route::User { id },
            draft: Draft::of(user),
            wire: Rc::new(Draft::to_update),
            fields: if own { Rc::new(name_field) } else { Rc::new(shared_fields) },
            save: save_with(
                &load,
                move |client, etag, body| async move { update_user(&client, id, &etag, &body).await },
            ),
            extras: Extras {
                subtitle: html! { <>{ t!("用户名 ") }<code>{ &user.username }</code></> },
                hint,
                ..Extras::default()
            },
        };
        edit_page(&load, user.version, form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn role_and_organization_are_both_required() {
        let mut draft = Draft {
            username: "zhangwei".into(),
            name: "张伟".into(),
            password: "first-password-2026".into(),
            ..Draft::default()
        };
        assert_eq!(pointers(draft.to_create()), ["/role", "/organization_id"]);
        draft.role = Some(Role::SchoolAdmin);
        draft.organization_id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok();
        assert!(draft.to_create().is_ok_and(|body| body.scope_organization_id.is_none()));
        assert!(draft.to_update().is_ok_and(|body| body.scope_organization_id == draft.organization_id));
        draft.role = Some(Role::TeamLeader);
        assert_eq!(pointers(draft.to_create()), ["/teacher_id"]);
    }
}
