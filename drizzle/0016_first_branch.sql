-- Writes one change of one row into the audit log. Arguments: what the table holds, the column with its id, and columns
-- that are derived and say nothing of what somebody did. Rows that only get their branch are moved into the first one of
-- their company, which its own row tells.
CREATE OR REPLACE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	derived text[] := string_to_array('company_id,updated_at,version,token_version,' || TG_ARGV[2], ',');
	old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
	new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
	this jsonb := coalesce(new_row, old_row);
	owner_id uuid := CASE WHEN TG_TABLE_NAME = 'companies' THEN this->>'id' ELSE this->>'company_id' END;
	its_branch uuid := this->>'branch_id';
	acting jsonb := coalesce(nullif(current_setting('cafe.acting', true), ''), '{}');
	was jsonb := old_row - derived;
	became jsonb := new_row - derived;
	what_was jsonb := was;
	what_became jsonb := became;
BEGIN
	IF owner_id IS NULL THEN RETURN NULL; END IF;
	IF TG_OP = 'UPDATE' THEN
		SELECT jsonb_object_agg(key, value) INTO what_was FROM jsonb_each(was) WHERE value IS DISTINCT FROM became->key;
		SELECT jsonb_object_agg(key, value) INTO what_became FROM jsonb_each(became) WHERE value IS DISTINCT FROM was->key;
		IF what_became IS NULL THEN RETURN NULL; END IF;
		IF what_was = '{"branch_id": null}' THEN RETURN NULL; END IF;
	END IF;
	IF what_was ? 'password_hash' THEN what_was := what_was - 'password_hash' || '{"password":"***"}'; END IF;
	IF what_became ? 'password_hash' THEN what_became := what_became - 'password_hash' || '{"password":"***"}'; END IF;
	IF TG_TABLE_NAME = 'order_items' THEN
		SELECT branch_id INTO its_branch FROM orders WHERE company_id = owner_id AND id = (this->>'order_id')::uuid;
	END IF;
	INSERT INTO audit_log (company_id, user_id, branch_id, action, resource, resource_id, order_id, before, after, request, request_id, device, address)
	VALUES (
		owner_id,
		(acting->>'userId')::uuid,
		its_branch,
		CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'update' ELSE 'delete' END,
		TG_ARGV[0],
		(this->>TG_ARGV[1])::uuid,
		(this->>'order_id')::uuid,
		what_was,
		what_became,
		coalesce(acting->>'request', ''),
		coalesce(acting->>'requestId', ''),
		coalesce(acting->>'device', ''),
		coalesce(acting->>'address', '')
	);
	RETURN NULL;
END $$;
