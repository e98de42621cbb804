// LabArtifacts
