export const editorLabel = 'SQL statement. Control Enter runs it.';
export const editorPlaceholder = 'select severity, count(*) from sonarqube_issues group by severity';
