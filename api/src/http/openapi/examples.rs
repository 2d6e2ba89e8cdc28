//! Examples of all JSON requests and responses, composed from the schemas: from the example of a field if it
//! has one, else from [`BY_NAME`]. A field has the same name everywhere, so one example does for all.

use serde_json::{Map, Value, json};
use utoipa::openapi::{self, Content, RefOr, path::Operation};

/// Adds an example to every body without one.
pub fn add(document: &mut openapi::OpenApi) {
    let components = serde_json::to_value(&document.components).unwrap_or_default();
    let schemas = Schemas(&components["schemas"]);
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for (kind, content) in bodies(operation) {
                if kind == "application/json" && content.example.is_none() {
                    let schema = serde_json::to_value(&content.schema).unwrap_or_default();
                    content.example = Some(schemas.example("", &schema));
                }
            }
        }
    }
}

fn bodies(operation: &mut Operation) -> impl Iterator<Item = (&String, &mut Content)> {
    let request = match &mut operation.request_body {
        Some(RefOr::T(body)) => Some(body.content.iter_mut()),
        Some(RefOr::Ref(_)) | None => None,
    };
    let answers = operation.responses.responses.values_mut().filter_map(|response| match response {
        RefOr::T(response) => Some(response.content.iter_mut()),
        RefOr::Ref(_) => None,
    });
    request.into_iter().flatten().chain(answers.flatten()).filter_map(|(kind, content)| match content {
        RefOr::T(content) => Some((kind, content)),
        RefOr::Ref(_) => None,
    })
}

/// The document's schemas, as JSON.
struct Schemas<'a>(&'a Value);

impl Schemas<'_> {
    /// Returns an example of a field with this name and schema.
    fn example(&self, name: &str, schema: &Value) -> Value {
        if let Some(given) = schema.get("example").or_else(|| schema["examples"].get(0)) {
            return given.clone();
        }
        let known = BY_NAME.iter().find(|(known, _)| *known == name);
        if let Some((_, text)) = known {
            return serde_json::from_str(text).unwrap_or_else(|_| Value::from(*text));
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let target = reference.rsplit('/').next().unwrap_or_default();
            return self.example(name, &self.0[target]);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().filter_map(|part| self.example(name, part).as_object().cloned());
            return parts.flatten().collect::<Map<_, _>>().into();
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let other = choices.iter().find(|choice| choice["type"] != "null");
            return other.map_or(Value::Null, |choice| self.example(name, choice));
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match type_of(schema) {
            "object" => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                properties.map(|(name, schema)| (name.clone(), self.example(name, schema))).collect()
            }
            "array" => json!([self.example(name, &schema["items"])]),
            "boolean" => json!(false),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
            "string" => match schema["format"].as_str() {
                Some("date") => json!("2026-03-10"),
                Some("date-time") => json!("2026-03-10T01:30:00Z"),
                _ => Value::Null,
            },
            _ => Value::Null,
        }
    }
}

/// Returns the type beside `null`.
fn type_of(schema: &Value) -> &str {
    let types = match &schema["type"] {
        Value::Array(types) => types.as_slice(),
        one => std::slice::from_ref(one),
    };
    types.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or_default()
}

/// The examples of fields without one of their own, by name: JSON if it parses, else text.
const BY_NAME: &[(&str, &str)] = &[
    ("access_token", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTkzMjVhMCJ9.c2lnbmF0dXJl"),
    ("activity_hours", "16.5"),
    ("after", r#"{"name":"亮甲山中心小学"}"#),
    ("annual_hours", "72"),
    ("applied_by_name", "李敏"),
    ("award", "demonstration"),
    ("before", r#"{"name":"亮甲山小学"}"#),
    ("conditions", "在岗小学语文教师，近两年未参加同类培训"),
    ("content", "课堂提问多为记忆性问题，学生追问少；建议以问题链组织教学。"),
    ("current_password", "an-old-and-long-password"),
    ("cycle_hours", "360"),
    ("decided_by_name", "赵国强"),
    ("decision_reason", "两名评审人均同意"),
    ("description", "听课、访谈与问卷相结合"),
    ("detail", "第 3 行"),
    ("disbanded_on", "null"),
    ("duplicate_group_id", "null"),
    ("ends_on", "2026-03-11"),
    ("external_id", "GP-2026-000123"),
    ("grade", "excellent"),
    ("grade_comment", "提问有层次，学生参与充分"),
    ("graded_by_name", "王芳"),
    ("hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("host_organization_name", "亮甲山中心小学"),
    ("hours", "16.5"),
    ("last_login_at", "2026-03-09T00:12:45Z"),
    ("leaders", r#"["王芳"]"#),
    ("left_on", "null"),
    ("locked_until", "null"),
    ("months", "2"),
    ("name", "亮甲山中心小学"),
    ("new_password", "a-new-and-longer-password"),
    ("next_cursor", "null"),
    ("note", "因公请假半天"),
    ("organization_name", "亮甲山中心小学"),
    ("owner_organization_name", "舒兰市教师进修学校"),
    ("password", "a-long-and-secret-password"),
    ("pending_hours", "4"),
    ("place", "亮甲山中心小学录播教室"),
    ("planned_hours", "80"),
    ("project_title", "2026年小学语文送教下乡"),
    ("reason", "材料齐全，符合要求"),
    ("recognized_hours", "80.5"),
    ("refresh_token", "019325a07d3c7e418f4b2f1c6a5d9e10.pM3q8Zr1Vt0yXw7uKc5sJg"),
    ("remaining_hours", "0"),
    ("replaces_id", "null"),
    ("request_id", "019325a07d3c7e418f4b2f1c6a5d9e10"),
    ("required_hours", "72"),
    ("research_topic", "乡村小学语文课堂提问有效性研究"),
    ("school_theme", "让每个孩子开口"),
    ("skip_reason", "null"),
    ("source", "import"),
    ("starts_on", "2026-03-10"),
    ("status_reason", "null"),
    ("subject", "语文"),
    ("submitted_by_name", "王芳"),
    ("summary", "以问题链引导学生品读课文"),
    ("superseded_by", "null"),
    ("superseded_by_number", "null"),
    ("teacher_name", "李敏"),
    ("teacher_no", "T0001"),
    ("team_name", "小学语文送培团队"),
    ("theme", "提升课堂提问的有效性"),
    ("title", "2026年小学语文送教下乡"),
    ("total", "1"),
    ("training_year", "2026"),
    ("url", "https://example.edu.cn/files/diagnosis.pdf"),
    ("version", "1"),
];
