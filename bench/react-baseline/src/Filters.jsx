import { useEffect, useRef, useState } from "react";
import { Button, Form, Input, Select } from "antd";

import { get } from "./api.js";
import { STAGES, STATUSES, SUBJECTS, options } from "./labels.js";

const SEARCH_AFTER = 300;

/** Calls at last what was called over and over. */
function useDebounced(call) {
  const timer = useRef();
  return (...given) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => call(...given), SEARCH_AFTER);
  };
}

/** Picks an organization among those that the API finds. */
function OrganizationSelect(props) {
  const [found, setFound] = useState([]);
  const search = async (q) => {
    const page = await get("/organizations", { limit: 20, ...(q && { q }) });
    setFound(page.items.map(({ id, name }) => ({ value: id, label: name })));
  };
  const type = useDebounced(search);
  // A link may name one already, and the field has to say which.
  useEffect(() => {
    if (props.value) {
      get(`/organizations/${props.value}`, {}).then(({ id, name }) => setFound([{ value: id, label: name }]));
    }
  }, []);
  return (
    <Select {...props} showSearch allowClear placeholder="全部" filterOption={false} options={found}
      onSearch={type} onFocus={() => search("")} style={{ width: 200 }} />
  );
}

export default function Filters({ query, change }) {
  const [form] = Form.useForm();
  const type = useDebounced(change);
  useEffect(() => {
    form.setFieldsValue({ q: "", organization_id: undefined, subject: undefined, stage: undefined, status: undefined,
      backbone: undefined, ...query });
  }, [form, query]);
  const choose = (choices) => <Select allowClear placeholder="全部" options={choices} style={{ width: 120 }} />;
  return (
    <Form form={form} layout="inline" style={{ rowGap: 12, marginBottom: 16 }}
      onValuesChange={(changed) => ("q" in changed ? type({ q: changed.q.trim() }) : change(changed))}>
      <Form.Item name="q" label="姓名或教师编号"><Input allowClear autoComplete="off" /></Form.Item>
      <Form.Item name="organization_id" label="单位"><OrganizationSelect /></Form.Item>
      <Form.Item name="subject" label="学科">{choose(SUBJECTS.map((value) => ({ value, label: value })))}</Form.Item>
      <Form.Item name="stage" label="学段">{choose(options(STAGES))}</Form.Item>
      <Form.Item name="status" label="状态">{choose(options(STATUSES))}</Form.Item>
      <Form.Item name="backbone" label="骨干教师">{choose(options({ true: "是", false: "否" }))}</Form.Item>
      <Button onClick={() => change(Object.fromEntries(Object.keys(query).map((name) => [name, ""])))}>清除筛选</Button>
    </Form>
  );
}
