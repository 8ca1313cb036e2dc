const aggregates = `
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every json_agg
  json_agg_strict json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict jsonb_agg
  jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict max min
  mode percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2
  regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance`;

const windows = `
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number`;

const text = `
  ascii bit_length btrim casefold char_length character_length chr concat concat_ws convert_from convert_to decode encode
  format initcap is_normalized left length like_escape lower lpad ltrim md5 normalize octet_length overlay parse_ident
  position quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches
  regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim sha224
  sha256 sha384 sha512 similar_escape similar_to_escape split_part starts_with string_to_array string_to_table strpos
  substr substring to_ascii to_bin to_hex to_oct translate unicode_assigned unistr upper get_bit get_byte bit_count`;

const search = `
  numnode phraseto_tsquery plainto_tsquery setweight strip to_tsquery to_tsvector ts_rank
  tsquery_phrase tsvector_to_array websearch_to_tsquery`;

const numbers = `
  abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd degrees div
  erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod pi pow power radians random random_normal
  round scale setseed sign sin sind sinh sqrt tan tand tanh to_number trim_scale trunc width_bucket`;

const times = `
  age clock_timestamp date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days justify_hours
  justify_interval make_date make_interval make_time make_timestamp make_timestamptz now overlaps statement_timestamp
  timeofday timezone to_char to_date to_timestamp transaction_timestamp`;

const json = `
  array_to_json json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each
  json_each_text json_extract_path json_extract_path_text json_object json_object_keys json_strip_nulls json_to_record
  json_to_recordset json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
  jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
  jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query
  jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz
  jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json
  to_json to_jsonb`;

const arraysAndRanges = `
  array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions
  array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort array_to_string array_upper
  cardinality daterange datemultirange generate_series generate_subscripts int4multirange int4range int8multirange
  int8range isempty lower_inc lower_inf multirange nummultirange numrange range_merge trim_array tsmultirange tsrange
  tstzmultirange tstzrange unnest upper_inc upper_inf`;

const others = `
  abbrev broadcast family gen_random_uuid host hostmask masklen netmask network num_nonnulls num_nulls pg_column_size
  pg_size_pretty pg_typeof set_masklen uuid_extract_timestamp uuid_extract_version`;

const words = (list: string): string[] => list.trim().split(/\s+/);

/**
 * What SQL for people may call. An allow-list, because PostgreSQL has functions that run a text as SQL (query_to_xml,
 * ts_stat, ts_rewrite), wait (pg_sleep), lock, notify, read files and settings, and each version brings new ones.
 */
export const allowedFunctions: ReadonlySet<string> = new Set(
  [aggregates, windows, text, search, numbers, times, json, arraysAndRanges, others].flatMap(words),
);

/** Types a value may be cast to: nothing that looks into the catalog (`reg…`) and no XML, whose parser loads more. */
export const allowedTypes: ReadonlySet<string> = new Set(
  words(`
    bit bool bpchar bytea char cidr date datemultirange daterange float4 float8 inet int2 int4 int4multirange int4range
    int8 int8multirange int8range interval json jsonb jsonpath macaddr name numeric nummultirange numrange text time
    timestamp timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector uuid varbit varchar`),
);
